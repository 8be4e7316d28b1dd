using Aftercare.Server;
using Aftercare.Server.Operations;
using Aftercare.Server.Platform;

var installation = Installation.From(args, Environment.GetEnvironmentVariable);
return Commands.IsCommand(args)
    ? await Commands.Run(args, installation, Console.Out, Console.Error, CancellationToken.None)
    : await ServerHost.Run(args, installation);
