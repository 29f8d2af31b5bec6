using Cordum.NatsProber.Commands;

return await NatsProberCommand.RunAsync(args, Console.Out, Console.Error);
