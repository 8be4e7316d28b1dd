using Aftercare.Ledger;
using Aftercare.Products;

namespace Aftercare.Tests.Products;

internal static class OrganisationSamples
{
    public static Event[] All => [new OrganisationEvent.Founded("Acme Medical", "Europe/Berlin", "ACME", "security@acme.example")];
}
