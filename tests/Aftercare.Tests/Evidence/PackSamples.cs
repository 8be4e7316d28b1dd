using Aftercare.Evidence;
using Aftercare.Ledger;
using Aftercare.Tests.Ledger;

namespace Aftercare.Tests.Evidence;

internal static class PackSamples
{
    public static Event[] All => [Made(originals: false)];

    public static PackEvent.Made Made(bool originals) => new(Some.Id("case"), new string('c', 64), 42, "aftercare.example/log\n42\nroot\n\n— signature\n", 31, originals);
}
