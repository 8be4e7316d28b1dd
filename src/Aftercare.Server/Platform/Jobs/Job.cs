using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aftercare.Server.Platform.Storage;

namespace Aftercare.Server.Platform.Jobs;

/// <summary>One piece of work that a change has caused.</summary>
/// <param name="Key">The kind, a colon, and what makes it this work and no other; unique for ever.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="Fence">Raised at each lease: whoever holds an older one cannot finish any more.</param>
public sealed record Job(string Key, string Kind, string Payload, int Attempt, long Fence)
{
    /// <summary>What <see cref="Store.Enqueue"/> was given.</summary>
    /// <exception cref="JsonException">It was something else.</exception>
    public T Read<T>() => JsonSerializer.Deserialize<T>(Payload) ?? throw new JsonException($"The payload of {Key} is null.");

    /// <summary>For a store in which this job records: it does so once, however often it is tried.</summary>
    public Asked Asked => new($"job:{Key}", SHA256.HashData(Encoding.UTF8.GetBytes(Payload)));
}

/// <summary>How one kind of work is done.</summary>
/// <param name="Kind">Noun, dot, verb: <c>report.acknowledge</c>.</param>
/// <param name="Work">
/// Done at least once: after a crash between the deed and its note the same key comes again, so the deed must be harmless to repeat or recognise its key.
/// Any exception is a failed attempt.
/// </param>
public sealed record JobKind(string Kind, Func<Job, CancellationToken, Task> Work)
{
    /// <value>The time from one due moment to the next, counted from midnight UTC; null for work that only changes cause.</value>
    public TimeSpan? Every { get; init; }

    /// <value>How many of this kind are done at a time in this process, so that work which waits for somebody else's server holds up nothing else; default no limit of its own.</value>
    public int AtOnce { get; init; } = int.MaxValue;
}
