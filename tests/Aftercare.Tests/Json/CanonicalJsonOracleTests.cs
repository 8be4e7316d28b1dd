using System.Globalization;
using System.Text;
using System.Text.Json;
using Aftercare.Json;
using FsCheck.Fluent;
using Xunit;

namespace Aftercare.Tests.Json;

public sealed class CanonicalJsonOracleTests
{
    [Fact]
    public async Task Another_implementation_of_rfc_8785_agrees_on_many_numbers_and_values()
    {
        var random = new Random(8785);
        string[] values =
        [
            .. Enumerable.Range(0, 20_000).Select(_ => SomeJson.Number(random).ToString("R", CultureInfo.InvariantCulture)),
            .. Gen.Sample(SomeJson.Any.Generator, 500, 30).Select(node => node?.ToJsonString() ?? "null"),
        ];

        Assert.Equal(await Theirs("rfc8785", values), values.Select(value => Ours(value, CanonicalJson.Rfc8785)));
    }

    [Fact]
    public async Task The_canonical_form_of_tuf_js_is_ours()
    {
        string[] values = [.. Gen.Sample(SomeJson.AnyForTuf, 1_000, 30).Select(node => node?.ToJsonString() ?? "null")];

        Assert.Equal(await Theirs("olpc", values), values.Select(value => Ours(value, CanonicalJson.Olpc)));
    }

    private static string Ours(string value, Func<JsonElement, byte[]> canonical) =>
        Encoding.UTF8.GetString(canonical(StrictJson.Parse(Encoding.UTF8.GetBytes(value))));

    private static async Task<string[]> Theirs(string form, string[] values)
    {
        var verdict = await Oracles.Run("canonical.mjs", [form], string.Join('\n', values));
        Assert.True(verdict.ExitCode == 0, verdict.Error);
        return [.. verdict.Output.TrimEnd('\n').Split('\n').Select(line => JsonSerializer.Deserialize<string>(line)!)];
    }
}
