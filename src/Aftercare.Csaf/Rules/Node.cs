using System.Text.Json;

namespace Aftercare.Csaf.Rules;

/// <summary>A JSON value and where it stands. Asking for what is not there gives nothing: a test speaks only of what it is about.</summary>
internal readonly record struct Node(JsonElement Value, string Pointer)
{
    internal string? Text => Value.ValueKind == JsonValueKind.String ? Value.GetString() : null;

    internal decimal? Number => Value.ValueKind == JsonValueKind.Number && Value.TryGetDecimal(out var number) ? number : null;

    internal Node? Member(string name) =>
        Value.ValueKind == JsonValueKind.Object && Value.TryGetProperty(name, out var member) ? new Node(member, $"{Pointer}/{name}") : null;

    internal string? TextOf(string name) => Member(name)?.Text;

    internal bool Has(string name) => Member(name) is not null;

    /// <summary>All values under a path such as <c>vulnerabilities/*/flags/*</c>, where <c>*</c> is every item of an array.</summary>
    internal IEnumerable<Node> All(string path)
    {
        IEnumerable<Node> found = [this];
        foreach (var segment in path.Split('/'))
            found = segment == "*" ? found.SelectMany(n => n.Items()) : found.Select(n => n.Member(segment)).OfType<Node>();
        return found;
    }

    internal IEnumerable<string> Texts(string path) => All(path).Select(n => n.Text).OfType<string>();

    internal IEnumerable<Node> Items()
    {
        var pointer = Pointer;
        return Value.ValueKind == JsonValueKind.Array ? Value.EnumerateArray().Select((item, i) => new Node(item, $"{pointer}/{i}")) : [];
    }
}

/// <summary>What one test found at one place; the table adds the test's number.</summary>
internal sealed record Finding(string Pointer, string Message)
{
    internal Finding(Node at, string message) : this(at.Pointer, message)
    {
    }
}
