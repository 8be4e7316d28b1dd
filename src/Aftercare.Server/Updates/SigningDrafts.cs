using System.Collections.Immutable;
using System.Text.Json;
using Aftercare.Trust.Tuf;

namespace Aftercare.Server.Updates;

/// <summary>The drafts of one release as one file: a JSON array of their bytes.</summary>
internal static class SigningDrafts
{
    /// <value>64 MiB: a draft names every file of its line.</value>
    public const int MaxBytes = 64 * 1024 * 1024;

    public static byte[] Write(ImmutableArray<RoleDraft> drafts) => JsonSerializer.SerializeToUtf8Bytes(drafts.Select(draft => draft.ToBytes()));

    public static async Task<ImmutableArray<RoleDraft>> Read(Stream bytes, CancellationToken stop) =>
        [.. (await JsonSerializer.DeserializeAsync<byte[][]>(bytes, cancellationToken: stop))!.Select(draft => RoleDraft.Parse(draft))];
}
