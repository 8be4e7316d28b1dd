using Aftercare.Vulnerabilities;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Aftercare.Tests.Vulnerabilities;

public sealed class PackageUrlTests
{
    private static string Fault(string text)
    {
        Assert.False(PackageUrl.TryParse(text, out _, out var fault));
        return fault;
    }

    [Fact]
    public void The_parts_are_decoded_and_normalised()
    {
        var purl = PackageUrl.Parse("pkg:NPM/%40Acme/Core@1.0%2Bb?Repository_URL=https://x.example/r&arch=#/a//./b/");

        Assert.Equal(("npm", "@Acme", "Core", "1.0+b", "a/b"), (purl.Type, purl.Namespace, purl.Name, purl.Version, purl.Subpath));
        Assert.Equal("https://x.example/r", Assert.Single(purl.Qualifiers, q => q.Key == "repository_url").Value);
        Assert.Equal("pkg:npm/%40Acme/Core@1.0%2Bb?repository_url=https:%2F%2Fx.example%2Fr#a/b", purl.ToString());
    }

    [Fact]
    public void Two_spellings_of_one_package_are_equal() =>
        Assert.Equal(PackageUrl.Parse("pkg:pypi/ruamel-yaml@1.0"), PackageUrl.Parse("PKG://PyPI/Ruamel_YAML@1.0"));

    [Theory]
    [InlineData("pkg:generic/a%")]
    [InlineData("pkg:generic/a%2")]
    [InlineData("pkg:generic/a%zz")]
    [InlineData("pkg:generic/a%+1")]
    [InlineData("pkg:generic/a%ff")]
    [InlineData("pkg:generic/a%c0%af")]
    [InlineData("pkg:generic/x%2Fy/a")]
    [InlineData("pkg:generic/a#x%2Fy")]
    [InlineData("pkg:generic/a?b")]
    [InlineData("pkg:generic/a?b=1&B=2")]
    [InlineData("pkg:generic/a?9b=1")]
    [InlineData("pkg:\u212Aeneric/a")]
    [InlineData("pkg:generic/")]
    [InlineData("pkg:generic")]
    [InlineData("generic/a")]
    [InlineData("")]
    public void What_is_no_package_url_is_refused_with_a_reason(string text) => Assert.EndsWith(".", Fault(text), StringComparison.Ordinal);

    [Fact]
    public void Half_a_surrogate_pair_is_refused()
    {
        Assert.Contains("surrogate", Fault("pkg:generic/a\ud800"), StringComparison.Ordinal);
        Assert.Contains("surrogate", Fault("pkg:generic/%41\udc00"), StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => PackageUrl.Of("generic", null, "a\ud800"));
    }

    [Fact]
    public void A_package_url_has_an_upper_length()
    {
        var longest = "pkg:generic/" + new string('a', PackageUrl.MaxLength - "pkg:generic/".Length);

        Assert.Equal(longest, PackageUrl.Parse(longest).ToString());
        Assert.Contains("8192", Fault(longest + "a"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_subpath_cannot_climb() => Assert.Equal("a/b", PackageUrl.Parse("pkg:generic/x#../a/%2E%2E/./b/..").Subpath);

    [Theory]
    [InlineData("pkg:golang/stdlib@1.22", "A package URL of type golang has a namespace.")]
    [InlineData("pkg:cargo/x/y@1", "A package URL of type cargo has no namespace.")]
    [InlineData("pkg:swid/Fedora@29", "A package URL of type swid has the qualifier 'tag_id'.")]
    public void What_a_type_merely_demands_may_be_missing_in_what_is_found(string text, string reason)
    {
        Assert.Equal(reason, Fault(text));
        Assert.True(PackageUrl.TryParseAsFound(text, out var purl, out _));
        Assert.Equal(text, purl.ToString());
    }

    [Fact]
    public void What_is_found_is_still_normalised_and_still_a_package_url()
    {
        Assert.True(PackageUrl.TryParseAsFound("pkg:GitHub/Actions", out var purl, out _));
        Assert.Equal("pkg:github/actions", purl.ToString());
        Assert.False(PackageUrl.TryParseAsFound("pkg:github/a%", out _, out _));
    }

    [Fact]
    public void Any_parts_make_a_package_url_that_reads_back() => Check.QuickThrowOnFailure(
        Prop.ForAll(SomeParts.ToArbitrary(), parts =>
        {
            var (space, name, version, subpath) = parts;
            var purl = PackageUrl.Of("generic", space, name, version, [new("k", version)], subpath);
            var again = PackageUrl.Parse(purl.ToString());
            Assert.Equal(purl, again);
            Assert.Equal((purl.Namespace, name, purl.Version, purl.Subpath), (again.Namespace, again.Name, again.Version, again.Subpath));
            Assert.Equal(version, again.Qualifiers.GetValueOrDefault("k", ""));
        }));

    [Fact]
    public void Any_text_is_read_or_refused_and_what_is_read_has_a_stable_spelling() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3_000),
        Prop.ForAll(
            Gen.Elements("pkg:", "npm", "git", "/", "@", "?", "#", "&", "=", "%", "2F", "%2f", "%40", "..", "a", "K", "\u212A", "é", "\ud83d", "\ude00", "\0")
                .ListOf().Select(pieces => "pkg:" + string.Concat(pieces)).ToArbitrary(),
            text =>
            {
                if (PackageUrl.TryParseAsFound(text, out var purl, out var fault))
                    Assert.Equal(purl, Again(purl));
                else
                    Assert.EndsWith(".", fault, StringComparison.Ordinal);
            }));

    private static PackageUrl Again(PackageUrl purl)
    {
        Assert.True(PackageUrl.TryParseAsFound(purl.ToString(), out var again, out var fault), fault);
        return again;
    }

    // Letters, separators, what must be encoded, and beyond ASCII.
    private static Gen<string> SomeText =>
        Gen.Elements("a", "B", "7", ".", "-", "_", "~", ":", "@", "%", "+", " ", "?", "&", "=", "#", "é", "😀").NonEmptyListOf().Select(string.Concat);

    private static Gen<(string Space, string Name, string Version, string Subpath)> SomeParts =>
        from space in SomeText
        from second in SomeText
        from name in Gen.OneOf(SomeText, SomeText.Select(text => "/" + text))
        from version in Gen.OneOf(SomeText, Gen.Constant(""), SomeText.Select(text => text + "/"))
        from subpath in SomeText
        select ($"{space}/{second}", name, version, $"/{subpath}/../{subpath}");
}
