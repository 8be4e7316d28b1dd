using System.Diagnostics;
using System.Security.Cryptography;
using Aftercare.Server.Platform;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Demo;

/// <summary>
/// Does with the <c>aftercare</c> command what the demo's signers and its pipeline would do at their own desks. Their TEST keys lie in a folder that the server never
/// reads; a production server and, unless told otherwise, the command refuse what they sign.
/// </summary>
internal sealed class DemoKeys(Installation installation, string command)
{
    /// <summary>The command's exit code for what it does not let through.</summary>
    private const int Refused = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _folder = Path.Combine(installation.Data.Root, "demo-keys");

    /// <summary>Where the command lies.</summary>
    public static string Command => Environment.GetEnvironmentVariable("AFTERCARE_COMMAND") ?? Path.Combine(AppContext.BaseDirectory, "aftercare.dll");

    /// <summary>The command as <c>./run</c> names it.</summary>
    /// <exception cref="CannotStartException">It is not there.</exception>
    public static DemoKeys Find(Installation installation)
    {
        return File.Exists(Command)
            ? new DemoKeys(installation, Command)
            : throw new CannotStartException($"The demo signs with the command 'aftercare', which is not at {Command}. Start the demo with './run --demo', or name the command in AFTERCARE_COMMAND.");
    }

    public async Task MakeRoot(string token, CancellationToken stop)
    {
        DurableFile.CreateFolder(_folder, DurableFile.OwnerOnlyFolder);
        await Write("passphrase", DemoFirm.Password, stop);
        await Write("token", token, stop);
        await Task.WhenAll(DemoFirm.Signers.Select(name => Run(stop, "keys", "new", FileOf(name), "--custodian", name, "--out", _folder, "--passphrase-file", this["passphrase"], "--test")));
        await Run(stop, ["root", "init", "--server", installation.PublicUrl, "--key", .. DemoFirm.Signers.Select(name => this[FileOf(name) + ".pub"]), "--out", this["root.json"]]);
        foreach (var name in DemoFirm.Signers.Take(2))
            await Run(stop, "root", "sign", this["root.json"], "--key", this[FileOf(name) + ".key"], "--passphrase-file", this["passphrase"], "--yes");
        await Run(stop, "root", "submit", this["root.json"], "--server", installation.PublicUrl, "--token-file", this["token"]);
    }

    /// <summary>A package of 2 MiB that installs nothing.</summary>
    public async Task Upload(Guid update, string path, string token, CancellationToken stop)
    {
        await Write("token", token, stop);
        await File.WriteAllBytesAsync(this["package.bin"], RandomNumberGenerator.GetBytes(2 * 1024 * 1024), stop);
        await Run(stop, "upload", "--server", installation.PublicUrl, "--token-file", this["token"], "--path", path, update.ToString("D"), this["package.bin"]);
    }

    public async Task Sign(Guid update, string token, CancellationToken stop)
    {
        await Write("token", token, stop);
        foreach (var name in DemoFirm.Signers.Take(2))
            await Run(stop, "sign", "--server", installation.PublicUrl, "--token-file", this["token"], "--key", this[FileOf(name) + ".key"], "--passphrase-file", this["passphrase"], "--yes", update.ToString("D"));
    }

    /// <summary>The clinic's computer: it trusts the root that the public page shows, and acts for the clinic.</summary>
    public async Task SetUpSite(string code, CancellationToken stop)
    {
        var root = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(installation.Data.Repository, "metadata", "1.root.json"), stop)));
        await Run(stop, "trust", "--server", installation.PublicUrl, "--code", code, "--site-dir", this["clinic"], "--root-sha256", root, "--allow-test");
    }

    /// <summary>Downloads, verifies, and says that it is installed.</summary>
    public async Task Install(string update, string serial, CancellationToken stop)
    {
        await Run(stop, "get", update, "--site-dir", this["clinic"], "--dir", this["downloads"], "--device", serial);
        await Run(stop, "installed", update, "--site-dir", this["clinic"], "--device", serial, "--result", "ok");
    }

    /// <summary>The downloaded file with one byte changed, as a bad memory stick would do it: the command refuses it and tells the manufacturer.</summary>
    public async Task RefuseChanged(string update, string serial, CancellationToken stop)
    {
        var package = Directory.EnumerateFiles(this["downloads"], "*.bin", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(package, stop);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(package, bytes, stop);
        await Ends(Refused, stop, "verify", package, "--update", update, "--site-dir", this["clinic"], "--device", serial);
    }

    private string this[string name] => Path.Combine(_folder, name);

    private static string FileOf(string name) => name.Split(' ')[0].ToLowerInvariant();

    private Task Write(string name, string text, CancellationToken stop) =>
        Task.Run(() => DurableFile.WriteAllBytesAtomically(this[name], System.Text.Encoding.UTF8.GetBytes(text + "\n"), DurableFile.OwnerOnly), stop);

    private Task Run(CancellationToken stop, params string[] arguments) => Ends(0, stop, arguments);

    private async Task Ends(int code, CancellationToken stop, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [command, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new CannotStartException("The command 'aftercare' did not start.");
        process.StandardInput.Close();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        await process.WaitForExitAsync(patience.Token);
        _ = await said;
        if (process.ExitCode != code)
            throw new CannotStartException($"The demo stopped at 'aftercare {arguments[0]} {arguments[1]}': {(await complained).Trim()}");
    }
}
