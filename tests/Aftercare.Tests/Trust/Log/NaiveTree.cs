using System.Security.Cryptography;
using Aftercare.Trust.Log;

namespace Aftercare.Tests.Trust.Log;

/// <summary>RFC 6962 §2.1 written down as it stands there, to judge the fast ones by. Entry i is the decimal of i in ASCII.</summary>
internal sealed class NaiveTree
{
    private readonly Dictionary<long, TreeHash> _known = [];

    internal static byte[] Entry(long index) => System.Text.Encoding.ASCII.GetBytes($"{index}");

    internal static TreeHash Leaf(long index) => new(SHA256.HashData([0, .. Entry(index)]));

    internal static IEnumerable<TreeHash> Leaves(long from, long to)
    {
        for (var i = from; i < to; i++)
            yield return Leaf(i);
    }

    internal TreeHash Root(long size) => Mth(0, size);

    internal TreeHash Mth(long from, long to)
    {
        var range = from << 32 | to;
        if (_known.TryGetValue(range, out var known))
            return known;
        return _known[range] = (to - from) switch
        {
            0 => new TreeHash(SHA256.HashData([])),
            1 => Leaf(from),
            var n => Node(Mth(from, from + K(n)), Mth(from + K(n), to)),
        };
    }

    internal TreeHash[] Path(long index, long size)
    {
        var path = new List<TreeHash>();
        Path(index, 0, size, path);
        return [.. path];
    }

    internal TreeHash[] Proof(long m, long n)
    {
        var proof = new List<TreeHash>();
        if (m > 0)
            SubProof(m, 0, n, true, proof);
        return [.. proof];
    }

    private void Path(long m, long from, long to, List<TreeHash> path)
    {
        if (to - from == 1)
            return;
        var k = K(to - from);
        Path(m < k ? m : m - k, m < k ? from : from + k, m < k ? from + k : to, path);
        path.Add(m < k ? Mth(from + k, to) : Mth(from, from + k));
    }

    private void SubProof(long m, long from, long to, bool b, List<TreeHash> proof)
    {
        if (m == to - from)
        {
            if (!b)
                proof.Add(Mth(from, to));
            return;
        }
        var k = K(to - from);
        SubProof(m <= k ? m : m - k, m <= k ? from : from + k, m <= k ? from + k : to, b && m <= k, proof);
        proof.Add(m <= k ? Mth(from + k, to) : Mth(from, from + k));
    }

    private static TreeHash Node(TreeHash left, TreeHash right) => new(SHA256.HashData([1, .. left.ToArray(), .. right.ToArray()]));

    private static long K(long n)
    {
        var k = 1L;
        while (k << 1 < n)
            k <<= 1;
        return k;
    }
}
