using Cordum.NatsProber.Commands;

return await NatsProberCommand.Create().Parse(args).InvokeAsync();
