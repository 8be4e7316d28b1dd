using Aftercare.Server.Cases;
using Aftercare.Server.Desk;
using Aftercare.Server.Evidence;
using Aftercare.Server.People;
using Aftercare.Server.FrontDoor;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Keys;
using Aftercare.Server.Platform.Log;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Storage.Sealed;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Policy;
using Aftercare.Server.Products;
using Aftercare.Server.Reports;
using Aftercare.Server.SetUp;
using Aftercare.Server.SignIn;
using Aftercare.Server.Sites;
using Aftercare.Server.Trust;
using Aftercare.Server.Updates;
using Microsoft.AspNetCore.DataProtection;

namespace Aftercare.Server;

/// <summary>The server, put together. Reads as a table of contents, in the story's order.</summary>
public static class ServerHost
{
    /// <summary>Starts, says where, and runs until told to stop.</summary>
    /// <returns>0 after a clean stop; 1 with one sentence on standard error when it could not start.</returns>
    public static async Task<int> Run(string[] args, Installation installation)
    {
        try
        {
            await using var app = await Build(args, installation, CancellationToken.None);
            await app.StartAsync();
            await Announce(app, installation);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (CannotStartException fault)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return 1;
        }
        catch (IOException fault) when (fault.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"Something else listens on {installation.Urls} already. Stop it, or choose another address with AFTERCARE_URLS.");
            return 1;
        }
    }

    public static async Task<WebApplication> Build(string[] args, Installation installation, CancellationToken stop)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(installation.Urls);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Doors.MaxBodyBytes;
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        AddPlatform(builder.Services, installation);
        var app = builder.Build();
        await Prepare(app.Services, stop);
        Compose(app);
        return app;
    }

    private static void AddPlatform(IServiceCollection services, Installation installation)
    {
        var ring = Writable(installation.Data.Keys, () => KeyRing.OpenOrCreate(installation.Data.Keys));
        services.AddSingleton(installation);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => installation.OpenDatabase());
        services.AddSingleton(new Vault(ring, new BlobFiles(installation.Data.Blobs, ring)));
        services.AddSingleton<Stores>();
        services.AddSingleton<ShownOnce>();
        services.AddSingleton(provider =>
        {
            var branding = new Branding { Test = installation.Demo };
            provider.GetRequiredService<Database>().OnCommitted += branding.Changed;
            return branding;
        });
        services.AddSingleton(provider => new Sequencer(provider.GetRequiredService<Database>(), LogKey.OpenOrCreate(installation.Data.Keys), installation.Name, installation.Data.Log, provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<SequencerService>();
        services.AddSingleton(_ => OnlineKeys.OpenOrCreate(installation.Data.Keys, test: installation.Demo));
        services.AddSingleton(provider => new RepositoryKeeper(
            provider.GetRequiredService<Stores>(), provider.GetRequiredService<OnlineKeys>(), provider.GetRequiredService<Sequencer>(), installation.Data.Repository, installation.Demo, provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<RepositoryService>();
        services.AddSingleton(provider => new Packages(installation.Data, provider.GetRequiredService<IConfiguration>().GetValue("Updates:MaxPackageBytes", Packages.DefaultMaxBytes)));
        services.AddSingleton(provider => new LogWitness(provider.GetRequiredService<Sequencer>(), installation.Data));
        services.AddSingleton<Packer>();
        services.AddSingleton<PublicLook>();
        services.AddSingleton<PackageWatch>();
        services.AddSingleton<Judgements>();
        services.AddSingleton<Examination>();
        services.AddDataProtection().SetApplicationName("aftercare")
            .PersistKeysToFileSystem(Directory.CreateDirectory(Path.Combine(installation.Data.Keys, "session"))).ProtectKeysWithRing(ring);
        services.AddWebPlatform();
        services.AddAccounts(installation.IsHttps);
        services.AddPasskeys(installation);
        services.AddSignInRate();
    }

    private static async Task Prepare(IServiceProvider services, CancellationToken stop)
    {
        var database = services.GetRequiredService<Database>();
        await database.Migrate(stop);
        await Generations.Prepare(database, stop);
        if (await services.GetRequiredService<Sequencer>().Restored(stop) is { } restored)
            throw new CannotStartException(restored.Reason);
    }

    private static void Compose(WebApplication app)
    {
        app.UseWebPlatform();
        app.UseRateLimiter();
        app.UseMiddleware<Admission>();

        ShowHome.Map(app);
        ShowPolicy.Map(app);
        SetUpInstallation.Map(app);
        SignInWithPassword.Map(app);
        Passkeys.Map(app);
        ProveAgain.Map(app);
        SignInByLink.Map(app);
        MyAccount.Map(app);

        SendReport.Map(app);
        ShowOwnReport.Map(app);
        WriteToDesk.Map(app);
        ShowInbox.Map(app);
        ShowRegister.Map(app);
        EnterReport.Map(app);
        ShowReport.Map(app);
        AcknowledgeReport.Map(app);
        ValidateReport.Map(app);
        InvalidateReport.Map(app);
        DismissReport.Map(app);
        DeferReport.Map(app);
        TellReporter.Map(app);
        LeaveReporterUntold.Map(app);
        DetermineComplaint.Map(app);
        CorrectReport.Map(app);
        CloseReport.Map(app);
        ReopenReport.Map(app);

        Today.Map(app);

        ListPeople.Map(app);
        InvitePerson.Map(app);
        RenewInvitation.Map(app);
        Join.Map(app);
        ShowPerson.Map(app);
        ProposeRole.Map(app);
        GrantRole.Map(app);
        RevokeRole.Map(app);
        ChangeSites.Map(app);
        PersonLeaves.Map(app);
        Tokens.Map(app);
        IssueToken.Map(app);
        RevokeToken.Map(app);

        ListProducts.Map(app);
        RegisterManufacturer.Map(app);
        RegisterProduct.Map(app);
        ShowProduct.Map(app);
        CorrectProduct.Map(app);
        AddRelease.Map(app);
        ShowRelease.Map(app);
        ChangeSupport.Map(app);
        AddItem.Map(app);
        ShowItem.Map(app);
        ClassifyItem.Map(app);
        ChangeItemReleases.Map(app);

        OpenCase.Map(app);
        AttachReport.Map(app);
        ListCases.Map(app);
        ShowCase.Map(app);
        AssignCase.Map(app);
        RetitleCase.Map(app);
        DescribeVulnerability.Map(app);
        WithdrawVulnerability.Map(app);
        ScoreVulnerability.Map(app);
        AnalyseVulnerability.Map(app);
        AddProduct.Map(app);
        SetStatus.Map(app);
        AssertFact.Map(app);
        JudgeSafety.Map(app);
        DecideReportability.Map(app);
        DecideDisclosure.Map(app);
        AcceptCase.Map(app);
        DeferCase.Map(app);
        CloseCase.Map(app);
        ReopenCase.Map(app);
        ListSites.Map(app);
        RegisterSite.Map(app);
        ShowSite.Map(app);
        CorrectSite.Map(app);
        ChangeSiteContact.Map(app);
        RegisterDevice.Map(app);
        ShowDevice.Map(app);
        RecordInstalledRelease.Map(app);
        RetireDevice.Map(app);
        MyDevices.Map(app);
        ShowOnlineKeys.Map(app);
        SubmitRoot.Map(app);
        ShowTrust.Map(app);
        ListUpdates.Map(app);
        DraftUpdate.Map(app);
        ShowUpdate.Map(app);
        DescribeUpdate.Map(app);
        UploadPackage.Map(app);
        RemoveFile.Map(app);
        SubmitUpdate.Map(app);
        ReturnUpdate.Map(app);
        ShowSigning.Map(app);
        CollectSignature.Map(app);
        PublishUpdate.Map(app);
        WithdrawUpdate.Map(app);
        ServeRepository.Map(app);
        PublishedUpdates.Map(app);

        Channels.Map(app);
        ShowReadiness.Map(app);
        ReadinessDesk.Map(app);
        ShowChain.Map(app);
        MakePack.Map(app);
        ShowKeys.Map(app);

        Admission.RequireAllowed(app);
    }

    private static async Task Announce(WebApplication app, Installation installation)
    {
        Console.WriteLine($"Aftercare is at {installation.PublicUrl}");
        if (await SetUpInstallation.Link(app.Services.GetRequiredService<Stores>(), installation.PublicUrl, CancellationToken.None) is { } link)
            Console.WriteLine($"Set it up with this link; it works once, for a day: {link}");
    }

    private static T Writable<T>(string folder, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
        {
            throw new CannotStartException($"The folder {folder} cannot be written: {fault.Message} Choose another one with AFTERCARE_DATA.");
        }
    }
}

/// <summary>Why the server cannot start: one sentence with the way out.</summary>
public sealed class CannotStartException(string message) : Exception(message);
