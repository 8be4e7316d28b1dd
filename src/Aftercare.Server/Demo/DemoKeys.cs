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
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _folder = Path.Combine(installation.Data.Root, "demo-keys");

    /// <summary>The command as <c>./run</c> names it.</summary>
    /// <exception cref="CannotStartException">It is not there.</exception>
    public static DemoKeys Find(Installation installation)
    {
        var command = Environment.GetEnvironmentVariable("AFTERCARE_COMMAND") ?? Path.Combine(AppContext.BaseDirectory, "aftercare.dll");
        return File.Exists(command)
            ? new DemoKeys(installation, command)
            : throw new CannotStartException($"The demo signs with the command 'aftercare', which is not at {command}. Start the demo with './run --demo', or name the command in AFTERCARE_COMMAND.");
    }

    public async Task MakeRoot(string token, CancellationToken stop)
    {
        DurableFile.CreateFolder(_folder, DurableFile.OwnerOnlyFolder);
        await Write("passphrase", DemoFirm.Password, stop);
        await Write("token", token, stop);
        foreach (var name in DemoFirm.Signers)
            await Run(stop, "keys", "new", FileOf(name), "--custodian", name, "--out", _folder, "--passphrase-file", this["passphrase"], "--test");
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

    private string this[string name] => Path.Combine(_folder, name);

    private static string FileOf(string name) => name.Split(' ')[0].ToLowerInvariant();

    private Task Write(string name, string text, CancellationToken stop) =>
        Task.Run(() => DurableFile.WriteAllBytesAtomically(this[name], System.Text.Encoding.UTF8.GetBytes(text + "\n"), DurableFile.OwnerOnly), stop);

    private async Task Run(CancellationToken stop, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [command, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new CannotStartException("The command 'aftercare' did not start.");
        process.StandardInput.Close();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        await process.WaitForExitAsync(patience.Token);
        _ = await said;
        if (process.ExitCode != 0)
            throw new CannotStartException($"The demo stopped at 'aftercare {arguments[0]} {arguments[1]}': {(await complained).Trim()}");
    }
}
