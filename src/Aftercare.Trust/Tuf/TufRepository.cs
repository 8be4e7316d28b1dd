using System.Collections.Immutable;
using System.Globalization;
using Aftercare.Trust.Keys;

namespace Aftercare.Trust.Tuf;

/// <param name="Path">Relative to the repository's metadata folder: <c>3.root.json</c>.</param>
public sealed record RepositoryFile(string Path, ReadOnlyMemory<byte> Bytes);

/// <summary>A repository as it will be, and the files that make it so, in the order in which they must appear.</summary>
public sealed record Publication(TufRepository Repository, ImmutableArray<RepositoryFile> Files);

/// <summary>
/// The manufacturer's side of TUF, without I/O: the published metadata, drafts for people to sign, and publications that a
/// <see cref="TufStore"/> writes. Root, targets and every product line are signed offline by people; snapshot and timestamp online.
/// Every publication is walked through as a client would, before a byte of it is written.
/// </summary>
public sealed class TufRepository
{
    private static readonly OnlineLifetimes DefaultLifetimes = new();

    private TufRepository(Metadata<Root> root) => Root = root;

    public Metadata<Root> Root { get; private init; }

    /// <value>Null until the first release.</value>
    public Metadata<Targets>? Targets { get; private init; }

    /// <value>By name.</value>
    public ImmutableSortedDictionary<string, Metadata<Targets>> Lines { get; private init; } =
        ImmutableSortedDictionary.Create<string, Metadata<Targets>>(StringComparer.Ordinal);

    public Metadata<Snapshot>? Snapshot { get; private init; }

    public Metadata<Timestamp>? Timestamp { get; private init; }

    /// <summary>Version 1, for its own people to sign. Here it is enforced that 2 or more of 3 or more people sign, each with one key.</summary>
    /// <exception cref="TufPlanException"/>
    public static RoleDraft DraftFirstRoot(RootPlan plan)
    {
        plan.Check();
        return new RoleDraft("root", RoleWriter.Root(plan, 1), [Asked("the new root", plan.Root)]);
    }

    /// <summary>The next root, for the people of the present one and of the new one to sign.</summary>
    /// <exception cref="TufPlanException"/>
    public RoleDraft DraftRoot(RootPlan plan)
    {
        plan.Check();
        if (Root.Role.IsTest != plan.IsTest)
            throw new TufPlanException("A TEST root does not become a real one, nor the other way round. Start a new repository.");
        return new RoleDraft("root", RoleWriter.Root(plan, Root.Role.Version + 1), [Asked(Root.Role, "root"), Asked("the new root", plan.Root)]);
    }

    /// <summary>Begins a repository with a first root that is fully signed.</summary>
    /// <exception cref="TufPlanException"/>
    public static Publication Start(RoleDraft root)
    {
        if (root is not { Role: "root", Version: 1 })
            throw new TufPlanException("A repository starts with version 1 of its root.");
        var bytes = root.ToMetadata();
        var set = new TrustedMetadataSet(bytes, DateTimeOffset.MinValue, allowTestRoot: true);
        return new Publication(new TufRepository(set.Root), [new RepositoryFile("1.root.json", bytes)]);
    }

    /// <param name="root">A draft that will be published together with this one, when it changes who signs.</param>
    /// <exception cref="TufPlanException"/>
    public RoleDraft DraftTargets(TargetsPlan plan, RoleDraft? root = null)
    {
        foreach (var line in plan.Lines)
            LineNames.Check(line);
        foreach (var file in plan.Files)
            LineNames.CheckPath(file, line: null);
        if (plan.Lines.Distinct().Count() != plan.Lines.Length || plan.Files.DistinctBy(file => file.Path).Count() != plan.Files.Length)
            throw new TufPlanException("A product line or a file is named twice.");
        if (Lines.Keys.Except(plan.Lines).FirstOrDefault() is { } lost)
            throw new TufPlanException($"The line {lost} cannot be dropped: sites refuse a repository that forgets a file. Withdraw its targets "
                + "instead.");
        var people = Asked(root is null ? Root.Role : RoleReader.Root(new Located(root.Content)), "targets");
        return new RoleDraft("targets", RoleWriter.Targets(plan, (Targets?.Role.Version ?? 0) + 1, people), [people]);
    }

    /// <summary>The next version of a product line: what the release's approvers sign.</summary>
    /// <param name="targets">A draft that will be published together with this one, when it adds the line or changes who signs.</param>
    /// <exception cref="TufPlanException"/>
    public RoleDraft DraftLine(LinePlan plan, RoleDraft? targets = null)
    {
        foreach (var file in plan.Add)
            LineNames.CheckPath(file, plan.Line);
        var parent = targets is null ? Targets?.Role : RoleReader.Targets(new Located(targets.Content));
        var delegation = parent?.Delegations.Roles.FirstOrDefault(role => role.Name == plan.Line)
            ?? throw new TufPlanException($"There is no product line {plan.Line} yet. Draft the targets role with it first, and publish both "
                + "together.");
        var before = Lines.GetValueOrDefault(plan.Line)?.Role;
        var duty = new SigningDuty(
            string.Create(CultureInfo.InvariantCulture, $"targets version {parent.Version}"),
            delegation.Threshold, [.. delegation.KeyIds.Select(id => parent.Delegations.Keys[id])]);
        return new RoleDraft(plan.Line, RoleWriter.Line(plan, (before?.Version ?? 0) + 1, before), [duty]);
    }

    /// <summary>Puts fully signed drafts together with a new snapshot and timestamp.</summary>
    /// <param name="drafts">Any of root, targets and lines, each once; those that depend on one another together.</param>
    /// <exception cref="TufPlanException">A draft lacks signatures, was made from an older version, has expired, or a site would refuse the
    /// result.</exception>
    public Publication Publish(
        IReadOnlyCollection<RoleDraft> drafts, Signer snapshot, Signer timestamp, DateTimeOffset now, OnlineLifetimes? lifetimes = null)
    {
        if (drafts.DistinctBy(draft => draft.Role).Count() != drafts.Count)
            throw new TufPlanException("Two drafts are for the same role. Publish the one that holds both changes.");
        var next = drafts.Aggregate(this, (repository, draft) => repository.Taking(draft, now));
        var missing = next.Targets?.Role.Delegations.Roles.FirstOrDefault(role => !next.Lines.ContainsKey(role.Name));
        if (next.Targets is null || missing is not null)
            throw new TufPlanException($"The {missing?.Name ?? "targets"} role was never signed. Draft it and publish all together.");
        return next.Signed(this, snapshot, timestamp, now, lifetimes ?? DefaultLifetimes, newSnapshot: true);
    }

    /// <summary>Signs snapshot and timestamp anew once half of their lifetime is over; meant for a job that runs several times a day.</summary>
    /// <returns>Null when neither is due, or nothing has been published yet.</returns>
    /// <exception cref="TufPlanException">The keys are not those that the root names.</exception>
    public Publication? ResignIfDue(Signer snapshot, Signer timestamp, DateTimeOffset now, OnlineLifetimes? lifetimes = null)
    {
        lifetimes ??= DefaultLifetimes;
        if (Snapshot is null || Timestamp is null)
            return null;
        var snapshotIsDue = Snapshot.Role.Expires - now <= lifetimes.Snapshot / 2;
        var timestampIsDue = Timestamp.Role.Expires - now <= lifetimes.Timestamp / 2;
        return snapshotIsDue || timestampIsDue ? Signed(this, snapshot, timestamp, now, lifetimes, snapshotIsDue) : null;
    }

    /// <summary>Reads a published repository, checking every signature on the way from its first root. Nothing counts as expired.</summary>
    /// <param name="read">From a file name in the metadata folder to its bytes, or null.</param>
    /// <returns>Null where there is no first root.</returns>
    public static TufRepository? Load(Func<string, byte[]?> read)
    {
        if (read("1.root.json") is not { } first)
            return null;
        var set = new TrustedMetadataSet(first, DateTimeOffset.MinValue, allowTestRoot: true);
        while (read(Name(set.Root.Role.Version + 1, "root")) is { } root)
            set.UpdateRoot(root);
        if (read("timestamp.json") is not { } timestamp)
            return new TufRepository(set.Root);

        byte[] Listed(MetaFile meta, string role) => read(Name(meta.Version, role)) ?? throw new MissingMetadataException(role, "from the folder");
        set.UpdateTimestamp(timestamp);
        set.UpdateSnapshot(Listed(set.Timestamp!.Role.Snapshot, "snapshot"));
        set.UpdateTargets(Listed(set.Listed("targets"), "targets"));
        var lines = set.Targets!.Role.Delegations.Roles.Select(role =>
            set.UpdateDelegatedTargets(Listed(set.Listed(role.Name), role.Name), role.Name, set.Targets));
        return new TufRepository(set.Root)
        {
            Timestamp = set.Timestamp,
            Snapshot = set.Snapshot,
            Targets = set.Targets.Metadata,
            Lines = lines.ToImmutableSortedDictionary(line => line.Name, line => line.Metadata, StringComparer.Ordinal),
        };
    }

    private TufRepository Taking(RoleDraft draft, DateTimeOffset now)
    {
        var bytes = draft.ToMetadata();
        return draft.Role switch
        {
            "root" => With(root: Fresh(Metadata.ParseRoot(bytes), Root.Role.Version, draft, now)),
            "targets" => With(targets: Fresh(Metadata.ParseTargets(bytes), Targets?.Role.Version ?? 0, draft, now)),
            var line => With(lines: Lines.SetItem(
                line, Fresh(Metadata.ParseTargets(bytes, line), Lines.GetValueOrDefault(line)?.Role.Version ?? 0, draft, now))),
        };
    }

    private static Metadata<T> Fresh<T>(Metadata<T> metadata, long present, RoleDraft draft, DateTimeOffset now) where T : Role
    {
        if (metadata.Role.Version != present + 1)
            throw new TufPlanException($"{draft.Role} version {draft.Version} was drafted before version {present} was published. Draft it again.");
        return metadata.Role.IsExpired(now)
            ? throw new TufPlanException($"{draft.Role} version {draft.Version} expired while it was being signed. Draft it again.")
            : metadata;
    }

    private Publication Signed(
        TufRepository before, Signer snapshotSigner, Signer timestampSigner, DateTimeOffset now, OnlineLifetimes lifetimes, bool newSnapshot)
    {
        var snapshot = newSnapshot ? NewSnapshot(snapshotSigner, now + lifetimes.Snapshot) : Snapshot!;
        var timestamp = Metadata.ParseTimestamp(Sign(
            "timestamp", RoleWriter.Timestamp((Timestamp?.Role.Version ?? 0) + 1, now + lifetimes.Timestamp, snapshot), timestampSigner));
        var next = With(snapshot: snapshot, timestamp: timestamp);
        next.WalkAsClient(before);
        return new Publication(next, [.. next.NewFiles(before)]);
    }

    private Metadata<Snapshot> NewSnapshot(Signer signer, DateTimeOffset expires)
    {
        var files = Lines.Select(line => (line.Key + ".json", line.Value.Role.Version, line.Value.Bytes))
            .Append(("targets.json", Targets!.Role.Version, Targets.Bytes));
        return Metadata.ParseSnapshot(Sign("snapshot", RoleWriter.Snapshot((Snapshot?.Role.Version ?? 0) + 1, expires, files), signer));
    }

    private byte[] Sign(string role, System.Text.Json.JsonElement signed, Signer signer)
    {
        if (!Root.Role.Roles[role].KeyIds.Contains(signer.PublicKey.KeyId))
            throw new TufPlanException($"The key {signer.PublicKey} is not the {role} key of root version {Root.Role.Version}. Give the server "
                + "that key, or sign a root that names this one.");
        return RoleDraft.Serialize(signed, [new RoleSignature(signer.PublicKey.KeyId, signer.Sign(RoleDraft.Canonical(signed)))]);
    }

    // Expiry is left out: one line that is overdue must not keep the others from being released.
    private void WalkAsClient(TufRepository before)
    {
        try
        {
            var set = new TrustedMetadataSet(before.Root.Bytes, DateTimeOffset.MinValue, allowTestRoot: true);
            if (!ReferenceEquals(before.Root, Root))
                set.UpdateRoot(Root.Bytes);
            set.UpdateTimestamp(Timestamp!.Bytes);
            set.UpdateSnapshot(Snapshot!.Bytes);
            set.UpdateTargets(Targets!.Bytes);
            foreach (var (line, metadata) in Lines)
                set.UpdateDelegatedTargets(metadata.Bytes, line, set.Targets!);
        }
        catch (UntrustedException e)
        {
            throw new TufPlanException($"Sites would refuse this publication: {e.Message} When people changed, draft and sign the targets role and "
                + "its lines anew too.", e);
        }
    }

    // What is named comes before what names it; the root last but one, as it may change the timestamp's key.
    private IEnumerable<RepositoryFile> NewFiles(TufRepository before)
    {
        foreach (var (line, metadata) in Lines.Where(line => !ReferenceEquals(before.Lines.GetValueOrDefault(line.Key), line.Value)))
            yield return new(Name(metadata.Role.Version, line), metadata.Bytes);
        if (!ReferenceEquals(before.Targets, Targets))
            yield return new(Name(Targets!.Role.Version, "targets"), Targets.Bytes);
        if (!ReferenceEquals(before.Snapshot, Snapshot))
            yield return new(Name(Snapshot!.Role.Version, "snapshot"), Snapshot.Bytes);
        if (!ReferenceEquals(before.Root, Root))
            yield return new(Name(Root.Role.Version, "root"), Root.Bytes);
        yield return new("timestamp.json", Timestamp!.Bytes);
    }

    private TufRepository With(
        Metadata<Root>? root = null, Metadata<Targets>? targets = null, ImmutableSortedDictionary<string, Metadata<Targets>>? lines = null,
        Metadata<Snapshot>? snapshot = null, Metadata<Timestamp>? timestamp = null) => new(root ?? Root)
        {
            Targets = targets ?? Targets,
            Lines = lines ?? Lines,
            Snapshot = snapshot ?? Snapshot,
            Timestamp = timestamp ?? Timestamp,
        };

    private static SigningDuty Asked(string by, Quorum quorum) => new(by, quorum.Threshold, quorum.Keys);

    private static SigningDuty Asked(Root root, string role) =>
        new(string.Create(CultureInfo.InvariantCulture, $"root version {root.Version}"), root.Roles[role].Threshold, [.. root.KeysOf(role)]);

    private static string Name(long version, string role) => string.Create(CultureInfo.InvariantCulture, $"{version}.{role}.json");
}
