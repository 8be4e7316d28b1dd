using Aftercare.Server.Platform.Jobs;

namespace Aftercare.Server.Mail;

/// <summary>What mail needs to be sent.</summary>
internal static class MailServices
{
    /// <value>2 mails at a time: two of the four workers are left for everything else while a mail server lets us wait.</value>
    private const int AtOnce = 2;

    internal static IServiceCollection AddMail(this IServiceCollection services)
    {
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<MailDoor>();
        services.AddSingleton<MailComposer>();
        services.AddSingleton<SendMail>();
        services.AddJob(Mails.Job, (provider, job, stop) => provider.GetRequiredService<SendMail>().Do(job, stop), atOnce: AtOnce);
        return services.AddDigest();
    }
}
