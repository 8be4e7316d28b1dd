using System.Net;
using System.Net.Sockets;
using Aftercare.Server.Advisories;
using Aftercare.Server.Audits;
using Aftercare.Server.Cases;
using Aftercare.Server.Deliveries;
using Aftercare.Server.Demo;
using Aftercare.Server.Desk;
using Aftercare.Server.Evidence;
using Aftercare.Server.Imports;
using Aftercare.Server.Machines;
using Aftercare.Server.Mail;
using Aftercare.Server.Notices;
using Aftercare.Server.Operations;
using Aftercare.Server.People;
using Aftercare.Server.FrontDoor;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Access;
using Aftercare.Server.Platform.Jobs;
using Aftercare.Server.Platform.Keys;
using Aftercare.Server.Platform.Log;
using Aftercare.Server.Platform.Storage;
using Aftercare.Server.Platform.Storage.Sealed;
using Aftercare.Server.Platform.Web;
using Aftercare.Server.Policy;
using Aftercare.Server.Products;
using Aftercare.Server.Reports;
using Aftercare.Server.Search;
using Aftercare.Server.SetUp;
using Aftercare.Server.SignIn;
using Aftercare.Server.SignOn;
using Aftercare.Server.Sites;
using Aftercare.Server.Statements;
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
            RequireFree(installation);
            await app.StartAsync();
            await Announce(app, installation);
            if (installation.Demo)
                await Show(app, installation);
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
            await Console.Error.WriteLineAsync(InUse(installation));
            return 1;
        }
    }

    /// <param name="also">Services that a test replaces or adds.</param>
    public static async Task<WebApplication> Build(string[] args, Installation installation, CancellationToken stop, Action<IServiceCollection>? also = null)
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
        also?.Invoke(builder.Services);
        var app = builder.Build();
        try
        {
            await Prepare(app.Services, stop);
            Compose(app);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private static void AddPlatform(IServiceCollection services, Installation installation)
    {
        // An installation that has data and lost its keys must not quietly get new ones. On PostgreSQL the log tells that it has: it is published with the first entries.
        var ring = Writable(installation.Data.Keys, () => File.Exists(installation.Data.Database) || Directory.Exists(installation.Data.Log) ? KeyRing.OpenExisting(installation.Data.Keys) : KeyRing.OpenOrCreate(installation.Data.Keys));
        services.AddSingleton(installation);
        services.AddSingleton(TimeProvider.System);
        if (installation.Postgres is null)
            services.AddSingleton(_ => DataLock.Take(installation.Data, "the server"));
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
        services.AddSingleton(_ => new LogFolder(installation.Data.Log, LogKey.OpenOrCreate(installation.Data.Keys, installation.Name)));
        services.AddSingleton<Sequencer>();
        services.AddHostedService<SequencerService>();
        services.AddJobs();
        services.AddSingleton<CsafTree>();
        services.AddJob(CsafTree.Job, (provider, _, stop) => provider.GetRequiredService<CsafTree>().Follow(stop), CsafTree.Every);
        services.AddSingleton(_ => OnlineKeys.OpenOrCreate(installation.Data.Keys, test: installation.Demo));
        services.AddSingleton(provider => new RepositoryKeeper(
            provider.GetRequiredService<Stores>(), provider.GetRequiredService<OnlineKeys>(), provider.GetRequiredService<LogFolder>(), installation.Data.Repository, installation.Demo, provider.GetRequiredService<TimeProvider>()));
        services.AddResigning();
        services.AddNotices();
        services.AddImports();
        services.AddMail();
        services.AddSignOn();
        services.AddSingleton(provider => new Packages(installation.Data, provider.GetRequiredService<IConfiguration>().GetValue("Updates:MaxPackageBytes", Packages.DefaultMaxBytes)));
        services.AddJob(AuditDesk.SealJob, AuditDesk.Seal, AuditDesk.SealEvery);
        services.AddSingleton<LogWitness>();
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
        // Held until the server ends; PostgreSQL needs none, as nodes share it.
        _ = services.GetService<DataLock>();
        var database = services.GetRequiredService<Database>();
        await database.Migrate(stop);
        await Generations.Prepare(database, stop);
        if (await services.GetRequiredService<Sequencer>().Restored(stop) is { } restored)
            throw new CannotStartException(restored.Reason);
        await RequireItsKind(services, services.GetRequiredService<Installation>(), stop);
    }

    private static void Compose(WebApplication app)
    {
        app.Use(RoomDoor.Keep);
        app.UseWebPlatform();
        app.UsePublicFiles(app.Services.GetRequiredService<Installation>().Data);
        app.UseMiddleware<Admission>();
        app.UseRateLimiter();

        ShowHome.Map(app);
        ShowPolicy.Map(app);
        SetUpInstallation.Map(app);
        SignInWithPassword.Map(app);
        SignInWithCode.Map(app);
        Passkeys.Map(app);
        ProveAgain.Map(app);
        SignInByLink.Map(app);
        SignInWithProvider.Map(app);
        MyAccount.Map(app);
        SetUpCodes.Map(app);

        ShowPolicies.Map(app);
        DraftPolicy.Map(app);
        ApprovePolicy.Map(app);
        PublishPolicy.Map(app);
        ConfirmPolicy.Map(app);

        SendReport.Map(app);
        ShowOwnReport.Map(app);
        WriteToDesk.Map(app);
        ChooseMail.Map(app);
        ShowInbox.Map(app);
        ShowRegister.Map(app);
        EnterReport.Map(app);
        ReceiveCsaf.Map(app);
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

        OpenCase.Map(app);
        AttachReport.Map(app);
        ListCases.Map(app);
        ShowCase.Map(app);
        AssignCase.Map(app);
        RetitleCase.Map(app);
        DescribeVulnerability.Map(app);
        WithdrawVulnerability.Map(app);
        ScoreVulnerability.Map(app);
        PrioritiseVulnerability.Map(app);
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

        Today.Map(app);
        SearchTheDesk.Map(app);
        SearchMySites.Map(app);

        SetUpMail.Map(app);
        TurnMailOff.Map(app);
        SendTestMail.Map(app);
        ListSentMail.Map(app);
        TakeBounce.Map(app);

        SetUpSignOn.Map(app);
        TurnSignOnOff.Map(app);

        ShowOperations.Map(app);
        TryJobAgain.Map(app);
        ListPeople.Map(app);
        InvitePerson.Map(app);
        RenewInvitation.Map(app);
        Join.Map(app);
        ShowPerson.Map(app);
        ProposeRole.Map(app);
        GrantRole.Map(app);
        RevokeRole.Map(app);
        ChangeSites.Map(app);
        NameDeputy.Map(app);
        RecordTraining.Map(app);
        ResetSecondFactor.Map(app);
        EndSessions.Map(app);
        PersonLeaves.Map(app);
        Tokens.Map(app);
        IssueToken.Map(app);
        RevokeToken.Map(app);
        DescribeApi.Map(app);

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

        CheckImport.Map(app);
        ShowImport.Map(app);
        RunImport.Map(app);
        AbandonImport.Map(app);
        UndoImport.Map(app);
        ShowTakenBack.Map(app);

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
        PublishRoot.Map(app);
        ShowTrust.Map(app);
        ListUpdates.Map(app);
        DraftUpdate.Map(app);
        ShowUpdate.Map(app);
        DescribeUpdate.Map(app);
        NameFixes.Map(app);
        UploadPackage.Map(app);
        RemoveFile.Map(app);
        SubmitUpdate.Map(app);
        ReturnUpdate.Map(app);
        ShowSigning.Map(app);
        CollectSignature.Map(app);
        PublishUpdate.Map(app);
        WithdrawUpdate.Map(app);
        ServePackages.Map(app);
        PublishedUpdates.Map(app);

        ListDeliveries.Map(app);
        OfferUpdate.Map(app);
        ShowCoverage.Map(app);
        ShowDelivery.Map(app);
        RecordNotice.Map(app);
        ReportService.Map(app);
        FindUnreachable.Map(app);
        FindNotApplicable.Map(app);
        ShowSiteUpdate.Map(app);
        AnswerOffer.Map(app);
        GiveSiteAccess.Map(app);
        EnrolSiteKey.Map(app);
        ShowOffer.Map(app);
        TakeReceipt.Map(app);

        ListStatements.Map(app);
        DraftStatement.Map(app);
        ShowStatement.Map(app);
        DecideStatement.Map(app);
        PublishStatement.Map(app);
        SupersedeStatement.Map(app);
        ListNotices.Map(app);
        ShowNotice.Map(app);
        TellSite.Map(app);
        ShowSiteNotices.Map(app);
        ShowSiteNotice.Map(app);
        ReadNotice.Map(app);
        MayIInstall.Map(app);

        ListAdvisories.Map(app);
        DraftAdvisory.Map(app);
        ShowAdvisory.Map(app);
        DescribeAdvisory.Map(app);
        ExplainVulnerability.Map(app);
        AddRemediation.Map(app);
        RemoveRemediation.Map(app);
        ApproveAdvisory.Map(app);
        ReturnAdvisory.Map(app);
        PublishAdvisory.Map(app);
        ReviseAdvisory.Map(app);
        DiscardAdvisory.Map(app);
        ShowPastAdvisory.Map(app);
        ListPublished.Map(app);
        ReadPublished.Map(app);

        // The leaf of the same name hides it here.
        Policy.Channels.Map(app);
        Policy.Sources.Map(app);
        ShowReadiness.Map(app);
        ReadinessDesk.Map(app);
        ShowChain.Map(app);
        MakePack.Map(app);
        ShowKeys.Map(app);

        ListAudits.Map(app);
        AnnounceAudit.Map(app);
        OpenAudit.Map(app);
        ShowAudit.Map(app);
        AuditDesk.MapSteps(app);
        ShowRoom.Map(app);
        LookBack.Map(app);
        DrawSample.Map(app);
        ShowSample.Map(app);
        AskToSee.Map(app);
        ShowOpened.Map(app);
        if (app.Services.GetRequiredService<Installation>().Demo)
        {
            ShowTour.Map(app);
            SignInOnTour.Map(app);
            OneByte.Map(app);
        }

        Admission.RequireAllowed(app);
    }

    private static async Task Show(WebApplication app, Installation installation)
    {
        var firm = new DemoFirm(app.Services, installation);
        await using (var store = app.Services.GetRequiredService<Stores>().Open(Viewer.System))
            if ((await DemoFirm.Look(store, CancellationToken.None)).Empty)
            {
                Console.WriteLine("Filling the store with the demo:");
                await new DemoStory(firm, DemoKeys.Find(installation), CancellationToken.None).Tell();
            }
        Console.WriteLine($"Begin here, it takes ten minutes: {installation.PublicUrl}/demo");
        await firm.PrintLinks(CancellationToken.None);
        Console.WriteLine("This is a demo with TEST keys. Nothing here is real.");
    }

    // Asked before the host starts, which would print a stack trace first. Whoever takes the port in between is still told apart in Run.
    private static void RequireFree(Installation installation)
    {
        foreach (var url in installation.Urls.Split(';').Select(url => new Uri(url.Replace("*", "0.0.0.0", StringComparison.Ordinal).Replace("+", "0.0.0.0", StringComparison.Ordinal))))
        {
            try
            {
                var address = IPAddress.TryParse(url.Host.Trim('[', ']'), out var literal) ? literal : IPAddress.Loopback;
                using var probe = new TcpListener(address, url.Port);
                probe.Start();
            }
            catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new CannotStartException(InUse(installation));
            }
        }
    }

    private static string InUse(Installation installation) =>
        $"Something else listens on {installation.Urls} already. Stop it, or choose another address with AFTERCARE_URLS.";

    // The demo never mixes with anything real, in either direction.
    private static async Task RequireItsKind(IServiceProvider services, Installation installation, CancellationToken stop)
    {
        await using var store = services.GetRequiredService<Stores>().Open(Viewer.System);
        var (demo, empty) = await DemoFirm.Look(store, stop);
        if (installation.Demo && !demo && !empty)
            throw new CannotStartException($"The store of {installation.Data.Root} holds something that is not the demo. Choose an empty folder with AFTERCARE_DATA.");
        if (!installation.Demo && demo)
            throw new CannotStartException($"The store of {installation.Data.Root} holds the demo with its TEST keys. Start it with --demo, or choose another folder with AFTERCARE_DATA.");
    }

    private static async Task Announce(WebApplication app, Installation installation)
    {
        Console.WriteLine($"Aftercare is at {installation.PublicUrl}");
        if (!installation.Demo && await SetUpInstallation.Link(app.Services.GetRequiredService<Stores>(), installation.PublicUrl, CancellationToken.None) is { } link)
            Console.WriteLine($"Set it up with this link; it works once, for a day: {link}");
    }

    private static T Writable<T>(string folder, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (KeyRingException fault)
        {
            throw new CannotStartException(fault.Message);
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
        {
            throw new CannotStartException($"The folder {folder} cannot be written: {fault.Message} Choose another one with AFTERCARE_DATA.");
        }
    }
}

/// <summary>Why the server cannot start: one sentence with the way out.</summary>
public sealed class CannotStartException(string message) : Exception(message);
