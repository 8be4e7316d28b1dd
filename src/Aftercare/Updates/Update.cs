using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aftercare.Json;
using Aftercare.Ledger;
using Aftercare.Vulnerabilities;

namespace Aftercare.Updates;

/// <summary>Where an update stands.</summary>
public enum UpdateStage
{
    /// <summary>Being written and uploaded.</summary>
    Draft,

    /// <summary>Complete and frozen; people are signing it offline.</summary>
    Signing,

    /// <summary>Signed by the threshold and in the repository.</summary>
    Published,

    /// <summary>No longer to be installed. The record and the files stay.</summary>
    Withdrawn,
}

/// <summary>Why the update exists (IEC 81001-5-1 §6.3.1: operators need to know which it is).</summary>
public enum UpdatePurpose
{
    Security,
    Mixed,
    Other,
}

/// <summary>What the operator must read before deciding (IEC 81001-5-1 §6.3.1). Every part is needed before signing begins; "none" is an answer, silence is not.</summary>
/// <param name="Change">What changed.</param>
/// <param name="Why">Why: which weakness, what could happen.</param>
/// <param name="Severity">Of the worst flaw that it mends; <see cref="Severity.None"/> where it mends none.</param>
/// <param name="Tests">What was tested and with which result.</param>
/// <param name="Instructions">How to install it.</param>
/// <param name="DowntimeMinutes">How long the device cannot be used; 0 when it stays in use.</param>
/// <param name="Rollback">How to go back, or why that is not possible.</param>
/// <param name="OperatorActions">What else the operator has to do.</param>
/// <param name="ResidualRisk">What is left after it.</param>
public sealed record UpdateDocument(
    string Change, string Why, Severity Severity, string Tests, string Instructions, int DowntimeMinutes, string Rollback, string OperatorActions, string ResidualRisk);

/// <summary>What operators read and signers vouch for: the files' signed metadata carries its digest.</summary>
/// <param name="Number">e.g. <c>U-2026-0003</c>.</param>
public sealed record UpdateSheet(string Number, string Title, UpdatePurpose Purpose, UpdateDocument Document)
{
    /// <summary>As it is shown to programs; what the digest is over.</summary>
    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, Entry.BodyJson)!.AsObject();

    /// <summary>Lowercase hex SHA-256 of the RFC 8785 form of <see cref="ToJson"/>.</summary>
    public string Digest() => Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Rfc8785(ToJson())));
}

/// <summary>A vulnerability that the update mends.</summary>
/// <param name="Case">The case that it belongs to.</param>
/// <param name="Vulnerability">The vulnerability's id within the case.</param>
/// <param name="Cve">Null while none is assigned; never shown outside before disclosure.</param>
public sealed record Fix(Guid Case, Guid Vulnerability, string? Cve);

/// <summary>A file as the signed metadata will name it.</summary>
/// <param name="Path"><c>line/release/file</c>.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Sha256">Lowercase hex.</param>
/// <param name="Sha512">Lowercase hex.</param>
public sealed record PackageFile(string Path, long Length, string Sha256, string Sha512);

/// <summary>Metadata that signers are asked to sign.</summary>
/// <param name="Role">The TUF role: the product's line, and <c>targets</c> too when the line is new.</param>
/// <param name="Version">Its metadata version.</param>
/// <param name="Sha256">Lowercase hex digest of exactly the bytes that are signed.</param>
public sealed record RoleToSign(string Role, int Version, string Sha256);

/// <summary>One person's signature over one of the <see cref="RoleToSign"/>.</summary>
/// <param name="Value">Lowercase hex.</param>
public sealed record RoleSigned(string Role, string Value);

/// <summary>What somebody brought back, over everything that was asked for.</summary>
/// <param name="KeyId">The key's TUF key id.</param>
/// <param name="Custodian">Whose key it is: one key a person.</param>
public sealed record CollectedSignature(string KeyId, string Custodian, ImmutableArray<RoleSigned> Signatures);

public abstract record UpdateEvent : Event
{
    /// <param name="Number">e.g. <c>U-2026-0003</c>.</param>
    /// <param name="FromReleases">The releases that it can be installed over.</param>
    /// <param name="Open">Anybody may download its files; else only sites with their token.</param>
    [Kind("update.drafted")]
    public sealed record Drafted(
        string Number, Guid Product, Guid ToRelease, ImmutableArray<Guid> FromReleases, UpdatePurpose Purpose, string Title, bool Open = false) : UpdateEvent;

    /// <summary>The whole document anew.</summary>
    [Kind("update.described")]
    public sealed record Described(UpdateDocument Document) : UpdateEvent;

    /// <summary>All fixes anew.</summary>
    [Kind("update.fixes-named")]
    public sealed record FixesNamed(ImmutableArray<Fix> Fixes) : UpdateEvent;

    [Kind("update.file-added")]
    public sealed record FileAdded(PackageFile File) : UpdateEvent;

    [Kind("update.file-removed")]
    public sealed record FileRemoved(string Path) : UpdateEvent;

    /// <summary>Frozen for signing.</summary>
    /// <param name="Drafts">The drafts as they go to the signers, in the order of <paramref name="Roles"/>.</param>
    [Kind("update.submitted")]
    public sealed record Submitted(ImmutableArray<RoleToSign> Roles, BlobRef Drafts) : UpdateEvent;

    /// <summary>Thawed: the signatures collected so far are void.</summary>
    [Kind("update.returned")]
    public sealed record Returned(string Reason) : UpdateEvent;

    [Kind("update.signature-collected")]
    public sealed record SignatureCollected(string KeyId, string Custodian, ImmutableArray<RoleSigned> Signatures) : UpdateEvent;

    /// <param name="Snapshot">The version of the snapshot that carries it.</param>
    [Kind("update.published")]
    public sealed record Published(int Snapshot) : UpdateEvent;

    [Kind("update.withdrawn")]
    public sealed record Withdrawn(string Reason) : UpdateEvent;
}

/// <summary>Something that is missing before the gate opens: said in words, with the place where it is mended.</summary>
/// <param name="Code">Stable, e.g. <c>update.no-file</c>.</param>
/// <param name="Words">One sentence.</param>
/// <param name="Anchor">The part of the update's page that mends it.</param>
public sealed record Missing(string Code, string Words, string Anchor);

/// <summary>A security or other update of maintained software: what it is, what it mends, its files and how far its signing has come.</summary>
public sealed record Update : Subject, IFold<Update>
{
    /// <value>50 files.</value>
    public const int MaxFiles = 50;

    /// <value>200 fixes, so that they fit one entry.</value>
    public const int MaxFixes = 200;

    public static string Noun => "update";

    public static Lifecycle<UpdateStage> Life { get; } = new(Noun,
    [
        new("draft", "update.drafted", [], UpdateStage.Draft, [Role.Developer, Role.Publisher, Role.Lead]) { Button = "Draft an update" },
        new("describe", "update.described", [UpdateStage.Draft], null, [Role.Developer, Role.Publisher, Role.Lead]) { Button = "Save the document" },
        new("name-fixes", "update.fixes-named", [UpdateStage.Draft], null, [Role.Developer, Role.Publisher, Role.Lead, Role.Analyst]) { Button = "Save what it fixes" },
        new("add-file", "update.file-added", [UpdateStage.Draft], null, [Role.Developer, Role.Publisher]),
        new("remove-file", "update.file-removed", [UpdateStage.Draft], null, [Role.Developer, Role.Publisher, Role.Lead]) { Button = "Remove the file" },
        new("submit", "update.submitted", [UpdateStage.Draft], UpdateStage.Signing, [Role.Publisher, Role.Lead]) { Button = "Freeze for signing", Signature = "Release for signing" },
        new("return", "update.returned", [UpdateStage.Signing], UpdateStage.Draft, [Role.Publisher, Role.Lead, Role.Quality]) { Button = "Return to draft" },
        new("collect-signature", "update.signature-collected", [UpdateStage.Signing], null, [Role.Signer]),
        new("publish", "update.published", [UpdateStage.Signing], UpdateStage.Published, [Role.Publisher, Role.Lead]) { Button = "Publish", Signature = "Publication of the update" },
        new("withdraw", "update.withdrawn", [UpdateStage.Published], UpdateStage.Withdrawn, [Role.Publisher, Role.Lead, Role.Quality]) { Button = "Withdraw", Signature = "Withdrawal of the update" },
    ]);

    public string Number { get; private init; } = "";
    public string Title { get; private init; } = "";
    public UpdateStage Stage { get; private init; }
    public UpdatePurpose Purpose { get; private init; }
    public Guid Product { get; private init; }
    public Guid ToRelease { get; private init; }
    public ImmutableArray<Guid> FromReleases { get; private init; } = [];

    /// <summary>Anybody may download its files.</summary>
    public bool Open { get; private init; }

    public UpdateDocument? Document { get; private init; }
    public ImmutableArray<Fix> Fixes { get; private init; } = [];
    public ImmutableArray<PackageFile> Files { get; private init; } = [];

    /// <summary>What is being signed; null while it is a draft.</summary>
    public UpdateEvent.Submitted? Submission { get; private init; }

    public ImmutableArray<CollectedSignature> Signatures { get; private init; } = [];

    /// <summary>Null while the document is not written.</summary>
    public UpdateSheet? Sheet => Document is null ? null : new UpdateSheet(Number, Title, Purpose, Document);

    public Instant? PublishedAt { get; private init; }
    public string? WithdrawnBecause { get; private init; }

    public static Outcome<UpdateEvent> Draft(
        string number, Guid product, Guid toRelease, ImmutableArray<Guid> fromReleases, UpdatePurpose purpose, string title, bool open, Actor by)
    {
        if (Life.Bars("draft", null, null, by) is { } bar)
            return bar;
        if (fromReleases.Length is 0 or > 100)
            return Refusal.Malformed("fromReleases", "Name at least one release that it can be installed over, at most 100.");
        if (fromReleases.Contains(toRelease))
            return Refusal.Malformed("fromReleases", "An update does not install over the release that it makes.");
        return new UpdateEvent.Drafted(number, product, toRelease, fromReleases, purpose, title, open);
    }

    public Outcome<UpdateEvent> Describe(UpdateDocument document, Actor by) =>
        Life.Bars("describe", this, Stage, by) is { } bar ? bar : new UpdateEvent.Described(document);

    public Outcome<UpdateEvent> NameFixes(ImmutableArray<Fix> fixes, Actor by)
    {
        if (Life.Bars("name-fixes", this, Stage, by) is { } bar)
            return bar;
        if (fixes.Length > MaxFixes)
            return Refusal.Malformed("fixes", $"At most {MaxFixes}.");
        return fixes.Select(fix => (fix.Case, fix.Vulnerability)).Distinct().Count() == fixes.Length
            ? new UpdateEvent.FixesNamed(fixes)
            : Refusal.Malformed("fixes", "A vulnerability is named twice.");
    }

    /// <param name="line">The product's line: the first part of every path.</param>
    public Outcome<UpdateEvent> AddFile(PackageFile file, string line, Actor by)
    {
        if (Life.Bars("add-file", this, Stage, by) is { } bar)
            return bar;
        if (!file.Path.StartsWith(line + "/", StringComparison.Ordinal) || !PackagePath.IsSafe(file.Path))
            return Refusal.Malformed("path", $"A path is {line}/RELEASE/FILE: letters, digits, dot, dash and underscore.");
        if (Files.Any(other => string.Equals(other.Path, file.Path, StringComparison.OrdinalIgnoreCase)))
            return Refusal.State("update.file-exists", $"{file.Path} is there already. Remove it first.");
        return Files.Length < MaxFiles ? new UpdateEvent.FileAdded(file) : Refusal.State("update.too-many-files", $"An update has at most {MaxFiles} files.");
    }

    public Outcome<UpdateEvent> RemoveFile(string path, Actor by)
    {
        if (Life.Bars("remove-file", this, Stage, by) is { } bar)
            return bar;
        return Files.Any(file => file.Path == path) ? new UpdateEvent.FileRemoved(path) : Refusal.State("update.no-such-file", $"{path} is not part of this update.");
    }

    /// <summary>What is missing before it can be frozen for signing; empty when the gate is open.</summary>
    public ImmutableArray<Missing> Gate()
    {
        var missing = ImmutableArray.CreateBuilder<Missing>();
        if (Document is null)
            missing.Add(new Missing("update.no-document", "The document for operators is not written.", "document"));
        else
            missing.AddRange(Unsaid(Document).Select(part => new Missing("update.document-part", $"The document says nothing under '{part}'.", "document")));
        if (Purpose != UpdatePurpose.Other && Fixes.IsEmpty)
            missing.Add(new Missing("update.no-fixes", "A security update names at least one vulnerability that it fixes.", "fixes"));
        if (Files.IsEmpty)
            missing.Add(new Missing("update.no-file", "No package has been uploaded.", "files"));
        return missing.ToImmutable();
    }

    /// <summary>Whether it may be frozen now; asked before anything is drafted for the signers.</summary>
    public Refusal? BarsSubmit(Actor by) =>
        Life.Bars("submit", this, Stage, by) ?? (Gate() is { IsEmpty: false } missing ? Closed(missing) : null);

    public Outcome<UpdateEvent> Submit(ImmutableArray<RoleToSign> roles, BlobRef drafts, Actor by) =>
        BarsSubmit(by) is { } bar ? bar : new UpdateEvent.Submitted(roles, drafts);

    public Outcome<UpdateEvent> Return(string reason, Actor by) =>
        Life.Bars("return", this, Stage, by) is { } bar ? bar : new UpdateEvent.Returned(reason);

    /// <summary>Takes note of a signature that the trust layer has verified. Two of one person count once.</summary>
    public Outcome<UpdateEvent> Collect(CollectedSignature signature, Actor by)
    {
        if (Life.Bars("collect-signature", this, Stage, by) is { } bar)
            return bar;
        if (!signature.Signatures.Select(one => one.Role).Order(StringComparer.Ordinal).SequenceEqual(Submission!.Roles.Select(role => role.Role).Order(StringComparer.Ordinal)))
            return Refusal.Malformed("signatures", $"Sign all of {string.Join(", ", Submission.Roles.Select(role => role.Role))}, each once.");
        return Signatures.Any(other => other.KeyId == signature.KeyId || string.Equals(other.Custodian, signature.Custodian, StringComparison.OrdinalIgnoreCase))
            ? Refusal.State("update.signed-already", $"{signature.Custodian} has signed already; a second person is needed.")
            : new UpdateEvent.SignatureCollected(signature.KeyId, signature.Custodian, signature.Signatures);
    }

    /// <param name="threshold">How many people the role asks for.</param>
    /// <param name="snapshot">The version of the snapshot that will carry it.</param>
    public Outcome<UpdateEvent> Publish(int threshold, int snapshot, Actor by)
    {
        if (Life.Bars("publish", this, Stage, by) is { } bar)
            return bar;
        return Signatures.Length < threshold
            ? Refusal.State("update.threshold", $"{Signatures.Length} of {threshold} people have signed.")
            : new UpdateEvent.Published(snapshot);
    }

    public Outcome<UpdateEvent> Withdraw(string reason, Actor by) =>
        Life.Bars("withdraw", this, Stage, by) is { } bar ? bar : new UpdateEvent.Withdrawn(reason);

    public static Update After(Update? before, Entry entry)
    {
        var update = before ?? new Update();
        return (UpdateEvent)entry.Event switch
        {
            UpdateEvent.Drafted e => update with { Number = e.Number, Product = e.Product, ToRelease = e.ToRelease, FromReleases = e.FromReleases, Purpose = e.Purpose, Title = e.Title, Open = e.Open },
            UpdateEvent.Described e => update with { Document = e.Document },
            UpdateEvent.FixesNamed e => update with { Fixes = e.Fixes },
            UpdateEvent.FileAdded e => update with { Files = update.Files.Add(e.File) },
            UpdateEvent.FileRemoved e => update with { Files = update.Files.RemoveAll(file => file.Path == e.Path) },
            UpdateEvent.Submitted e => update with { Stage = UpdateStage.Signing, Submission = e, Signatures = [] },
            UpdateEvent.Returned => update with { Stage = UpdateStage.Draft, Submission = null, Signatures = [] },
            UpdateEvent.SignatureCollected e => update with { Signatures = update.Signatures.Add(new CollectedSignature(e.KeyId, e.Custodian, e.Signatures)) },
            UpdateEvent.Published => update with { Stage = UpdateStage.Published, PublishedAt = entry.At },
            UpdateEvent.Withdrawn e => update with { Stage = UpdateStage.Withdrawn, WithdrawnBecause = e.Reason },
            var other => throw new UnreachableException($"{other.GetType().Name} has no arm"),
        };
    }

    private static Refusal Closed(ImmutableArray<Missing> missing) =>
        Refusal.State("update.gate", $"The gate is closed: {string.Join(" ", missing.Select(one => one.Words))}") with
        {
            Faults = [.. missing.Select(one => new Fault(one.Anchor, one.Words))],
        };

    private static IEnumerable<string> Unsaid(UpdateDocument document) =>
        new (string Part, string Text)[]
        {
            ("what changed", document.Change), ("why", document.Why), ("tests", document.Tests), ("instructions", document.Instructions),
            ("rollback", document.Rollback), ("operator actions", document.OperatorActions), ("residual risk", document.ResidualRisk),
        }.Where(part => string.IsNullOrWhiteSpace(part.Text)).Select(part => part.Part);
}

/// <summary>The paths that a package may have in the repository: they become file names on every operating system.</summary>
public static class PackagePath
{
    /// <value>200 characters.</value>
    public const int MaxLength = 200;

    /// <summary>Exactly <c>line/release/file</c>; each part of ASCII letters, digits, dot, dash and underscore, not beginning with a dot.</summary>
    public static bool IsSafe(string path) =>
        path.Length <= MaxLength && path.Split('/') is { Length: 3 } parts && parts.All(part =>
            part.Length > 0 && part[0] != '.' && part[^1] != '.' && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'));
}
