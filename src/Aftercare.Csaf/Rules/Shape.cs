using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Aftercare.Csaf.Rules;

/// <summary>What a JSON value must look like: the part of JSON Schema that CSAF uses. Members that a shape does not name are let pass.</summary>
internal abstract record Shape
{
    internal abstract IEnumerable<Finding> Check(Node node);

    internal static Member Must(string name, Shape shape) => new(name, shape, Required: true);

    internal static Member May(string name, Shape shape) => new(name, shape, Required: false);

    internal sealed record Member(string Name, Shape Shape, bool Required);

    /// <param name="Reading">What the text must read as, e.g. "a CVE id".</param>
    internal sealed record Text(Func<string, bool>? Fits = null, string Reading = "") : Shape
    {
        internal static Text Of(Regex pattern, string reading) => new(pattern.IsMatch, reading);

        internal override IEnumerable<Finding> Check(Node node) => node.Text switch
        {
            null => [new Finding(node, "is not a string")],
            "" => [new Finding(node, "is empty")],
            var text when Fits?.Invoke(text) == false => [new Finding(node, $"is not {Reading}")],
            _ => [],
        };
    }

    internal sealed record Word(params ImmutableArray<string> Words) : Shape
    {
        internal override IEnumerable<Finding> Check(Node node) =>
            node.Text is { } text && Words.Contains(text) ? [] : [new Finding(node, $"is not one of {string.Join(", ", Words)}")];
    }

    internal sealed record Score : Shape
    {
        internal override IEnumerable<Finding> Check(Node node) =>
            node.Number is >= 0 and <= 10 ? [] : [new Finding(node, "is not a number from 0 to 10")];
    }

    internal sealed record List(Func<Shape> Item, bool Unique = false, int AtLeast = 1) : Shape
    {
        internal override IEnumerable<Finding> Check(Node node)
        {
            if (node.Value.ValueKind != JsonValueKind.Array)
                return [new Finding(node, "is not an array")];

            var item = Item();
            return [.. Count(node), .. Doubles(node), .. node.Items().SelectMany(item.Check)];
        }

        private IEnumerable<Finding> Count(Node node) =>
            node.Value.GetArrayLength() < AtLeast ? [new Finding(node, $"has fewer than {AtLeast} items; leave the member out instead")] : [];

        private IEnumerable<Finding> Doubles(Node node)
        {
            // Raw text is enough to tell the strings and small objects of CSAF's unique lists apart.
            var seen = new HashSet<string>(StringComparer.Ordinal);
            return Unique
                ? node.Items().Where(item => !seen.Add(item.Value.GetRawText())).Select(item => new Finding(item, "stands twice in the list"))
                : [];
        }
    }

    internal sealed record Members(int AtLeast, params ImmutableArray<Member> Fields) : Shape
    {
        internal override IEnumerable<Finding> Check(Node node)
        {
            if (node.Value.ValueKind != JsonValueKind.Object)
                return [new Finding(node, "is not an object")];

            var findings = Fields.SelectMany(field => Check(node, field)).ToList();
            if (findings.Count == 0 && node.Value.EnumerateObject().Take(AtLeast).Count() < AtLeast)
                findings.Add(new Finding(node, $"has fewer than {AtLeast} members"));
            return findings;
        }

        private static IEnumerable<Finding> Check(Node node, Member field) =>
            node.Member(field.Name) is { } member ? field.Shape.Check(member)
            : field.Required ? [new Finding(node, $"has no {field.Name}")]
            : [];
    }

    /// <summary>Exactly one of the members is there.</summary>
    internal sealed record OneOf(Shape Shape, params ImmutableArray<string> Names) : Shape
    {
        internal override IEnumerable<Finding> Check(Node node) =>
            Names.Count(node.Has) == 1
                ? Shape.Check(node)
                : [.. Shape.Check(node), new Finding(node, $"needs exactly one of {string.Join(", ", Names)}")];
    }
}
