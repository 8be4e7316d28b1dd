using System.Text;
using Aftercare.Trust;
using Aftercare.Trust.Dsse;
using Aftercare.Trust.Keys;
using Aftercare.Trust.Tuf;
using Aftercare.Tests.Trust.Tuf;
using Xunit;

namespace Aftercare.Tests.Trust;

/// <summary>Whatever is done to the bytes, a parser answers with its own refusal and with nothing else.</summary>
public sealed class FuzzTests
{
    private const int Rounds = 2_000;
    private static readonly string[] Tokens =
        ["\"", "{", "}", "[", "]", "null", "-1", "1e9", "99999999999999999999", "\\u0000", "\"\\ud800\"", "true", ",", "é", "../"];

    [Theory, InlineData("1.root.json"), InlineData("timestamp.json"), InlineData("1.snapshot.json"), InlineData("1.targets.json")]
    public void Damaged_metadata_is_refused_as_untrusted(string file)
    {
        using var repository = new LyingRepository();
        repository.Delegate("targets", "pump", "pump/*/*");
        repository.Add("pump/4.2.1/pump.bin", [1], "pump");
        repository.Versions["targets"] = repository.Versions["snapshot"] = repository.Versions["timestamp"] = 0;
        repository.Release();

        Damage<UntrustedException>(repository.Metadata[file], bytes => _ = file switch
        {
            "1.root.json" => (object)new TrustedMetadataSet(bytes, LyingRepository.Now),
            "timestamp.json" => Metadata.ParseTimestamp(bytes),
            "1.snapshot.json" => Metadata.ParseSnapshot(bytes),
            _ => Metadata.ParseTargets(bytes),
        });
    }

    [Fact]
    public void A_damaged_envelope_is_refused_as_untrusted()
    {
        using var signer = FileKey.Create(KeyAlgorithm.EcdsaP256, "Anna");
        var envelope = DsseEnvelope.Sign("text/plain", Encoding.UTF8.GetBytes("hello"), signer).ToBytes();

        Damage<UntrustedException>(envelope, bytes => DsseEnvelope.Parse(bytes).Verify([signer.PublicKey], 1));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_damaged_draft_is_refused(bool onceSigned)
    {
        using var made = new SomeRepository();
        var draft = TufRepository.DraftFirstRoot(made.Plan);
        var file = (onceSigned ? draft.SignedBy(made.People[0]) : draft).ToBytes();

        Damage<TufPlanException>(file, bytes => _ = RoleDraft.Parse(bytes).Describe());
    }

    [Fact]
    public void A_damaged_public_key_is_refused()
    {
        using var signer = FileKey.Create(KeyAlgorithm.RsaPss3072, "Anna");

        Damage<FormatException>(Encoding.UTF8.GetBytes(signer.PublicKey.ToJson().ToJsonString()), bytes => PublicKey.Parse(bytes));
    }

    private static void Damage<TRefusal>(byte[] good, Action<byte[]> parse) where TRefusal : Exception
    {
        var refused = 0;
        for (var seed = 0; seed < Rounds; seed++)
        {
            var bytes = Damaged(good, new Random(seed));
            try
            {
                parse(bytes);
            }
            catch (TRefusal)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}\n{Encoding.UTF8.GetString(bytes)}");
            }
        }
        Assert.True(refused > Rounds / 2, $"only {refused} of {Rounds} were refused");
    }

    private static byte[] Damaged(byte[] good, Random random)
    {
        var bytes = good.ToList();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                    bytes.Add((byte)' ');
                    break;
                case 2:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 60), bytes.Count - at)));
                    break;
            }
        }
        return [.. bytes];
    }
}
