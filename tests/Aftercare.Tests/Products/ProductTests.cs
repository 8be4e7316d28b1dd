using Aftercare.Ledger;
using Aftercare.Products;
using Aftercare.Tests.Ledger;
using Xunit;

namespace Aftercare.Tests.Products;

public sealed class ProductTests
{
    private static readonly Actor Analyst = Actor.Person(Some.Id("analyst"), Role.Analyst);

    [Theory]
    [InlineData("infusion-pump")]
    [InlineData("4all")]
    [InlineData("a")]
    [InlineData("a234567890123456789012345678901234567890")]
    public void A_line_is_lower_case_letters_digits_and_hyphens(string line) =>
        Assert.False(Product.Register(Some.Id("m"), "Pump", "Pumps", line, null, null, Some.Quality).Refused(out _, out _));

    // The line becomes a folder of the update repository, on every file system and in every address.
    [Theory]
    [InlineData("")]
    [InlineData("-pump")]
    [InlineData("Pump")]
    [InlineData("pump line")]
    [InlineData("pump/../line")]
    [InlineData("pümp")]
    [InlineData("a2345678901234567890123456789012345678901")]
    public void Anything_else_is_no_line(string line)
    {
        Assert.True(Product.Register(Some.Id("m"), "Pump", "Pumps", line, null, null, Some.Quality).Refused(out var why, out _));

        Assert.Equal("line", Assert.Single(why.Faults).Field);
    }

    [Fact]
    public void An_analyst_registers_no_product()
    {
        Assert.True(Product.Register(Some.Id("m"), "Pump", "Pumps", "pump", null, null, Analyst).Refused(out var why, out _));

        Assert.Equal("product.wrong-role", why.Code);
    }

    [Fact]
    public void A_correction_changes_everything_but_line_and_manufacturer()
    {
        var pump = Some.State<Product>(Some.Quality, Product.Register(Some.Id("m"), "Pmup", "Pumps", "pump", null, null, Some.Quality).Value);

        pump = Some.Next(pump, pump.Correct("Pump", "Infusion", "IP-4", "0401", "A slip of the pen.", Some.Quality).Value, Some.Quality);

        Assert.Equal(("Pump", "Infusion", "IP-4", "0401", "pump", Some.Id("m")), (pump.Name, pump.Family, pump.Model, pump.UdiDi, pump.Line, pump.Manufacturer));
    }
}
