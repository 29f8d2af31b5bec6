using System.CommandLine;
using Cordum.NatsProber.Commands;

// SIGINT and SIGTERM cancel the verb's token; each verb promises to be done within five seconds, and what is not is ended then.
return await NatsProberCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(5) });
