using System.Globalization;
using System.Text;
using Aftercare.Json;
using FsCheck.Fluent;
using Xunit;

namespace Aftercare.Tests.Json;

public sealed class CanonicalJsonOracleTests
{
    [Fact]
    public async Task An_independent_implementation_agrees_on_many_numbers_and_values()
    {
        var random = new Random(8785);
        var lines = Enumerable.Range(0, 20_000).Select(_ => SomeJson.Number(random).ToString("R", CultureInfo.InvariantCulture))
            .Concat(Gen.Sample(SomeJson.Any.Generator, 500, 30).Select(node => node?.ToJsonString() ?? "null"))
            .ToArray();

        var verdict = await Oracles.Run("canonical.mjs", stdin: string.Join('\n', lines));

        Assert.True(verdict.ExitCode == 0, verdict.Error);
        Assert.Equal(lines.Select(line => Encoding.UTF8.GetString(CanonicalJson.Rfc8785(StrictJson.Parse(Encoding.UTF8.GetBytes(line))))), verdict.Output.TrimEnd('\n').Split('\n'));
    }
}
