using System.Collections.Frozen;

namespace Aftercare.Csaf.Rules;

/// <summary>
/// BCP 47 tags against the IANA subtag registry, as far as the two-letter codes go: those are a closed list and the ones that people
/// mistype. Subtags of three letters and more are judged by their form only (the registry has some 8,000 of them and grows).
/// </summary>
internal static class LanguageTags
{
    private static readonly FrozenSet<string> Languages = Words("""
        aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj
        fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku
        kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm
        rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo
        xh yi yo za zh zu
        """);

    private static readonly FrozenSet<string> Regions = Words("""
        AA AC AD AE AF AG AI AL AM AN AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BU BV BW BY BZ CA CC CD CF CG
        CH CI CK CL CM CN CO CP CR CS CU CV CW CX CY CZ DD DE DG DJ DK DM DO DZ EA EC EE EG EH ER ES ET EU EZ FI FJ FK FM FO FR FX GA GB GD GE GF
        GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU IC ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ
        LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NT NU
        NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SU SV SX SY SZ TA TC
        TD TF TG TH TJ TK TL TM TN TO TP TR TT TV TW TZ UA UG UM UN US UY UZ VA VC VE VG VI VN VU WF WS YD YE YT YU ZA ZM ZR ZW ZZ
        """);

    internal static bool IsKnown(string tag)
    {
        if (!Patterns.Language().IsMatch(tag))
            return false;

        var subtags = tag.Split('-');
        return (subtags[0].Length != 2 || Languages.Contains(subtags[0]))
            // What follows a single letter (x-…, u-…) is not a region.
            && subtags.Skip(1).TakeWhile(s => s.Length > 1).Where(s => s.Length == 2).All(s => Regions.Contains(s) || IsPrivateRegion(s));
    }

    /// <summary>QM to QZ and XA to XZ: in the registry, for private use. (AA and ZZ, private too, are in the list.)</summary>
    private static bool IsPrivateRegion(string region) => region.ToUpperInvariant() is ['Q', >= 'M' and <= 'Z'] or ['X', >= 'A' and <= 'Z'];

    private static FrozenSet<string> Words(string list) =>
        list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
