using Aftercare.Server;
using Aftercare.Server.Platform;

return await ServerHost.Run(args, Installation.From(args, Environment.GetEnvironmentVariable));
