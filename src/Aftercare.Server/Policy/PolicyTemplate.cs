using Aftercare.Policy;

namespace Aftercare.Server.Policy;

/// <summary>A policy to begin with, in English; whoever drafts the first revision finds it in the form and makes it his own.</summary>
internal static class PolicyTemplate
{
    internal const string Title = "Reporting vulnerabilities in our products";

    internal static string Of(PolicyElement element) => element switch
    {
        PolicyElement.HowToReport => """
            Use the form on this site. You need no account, and you may stay anonymous. You can also write to the address named above.

            Tell us the product and its version and what you found. The steps to repeat it help most. After sending you get a number, and a private link by which you see what happens and can write to us.
            """,
        PolicyElement.Acknowledgement => """
            A person acknowledges each report within the time named above, and tells you who will be in touch. Until your report is closed you hear from us at least as often as named above, even when there is nothing new.
            """,
        PolicyElement.Investigation => """
            We check each report, ask you when something is missing, and judge how it affects the safety of patients, the function of the device and the data it holds. You learn what we found, also when we do not think that it is a vulnerability, and why.
            """,
        PolicyElement.Coordination => """
            We agree with you on a day of publication and name you if you wish. Until then we ask you to keep the matter to yourself. Where other makers or an authority are concerned we coordinate with them, if you like through a coordinator such as a national CERT.

            Advisories are published on this site for everybody, with what to do until an update is installed.
            """,
        PolicyElement.Scope => """
            All products that we sell or support, their software and accessories, and the services that belong to them. If you are not sure, report it.
            """,
        PolicyElement.RulesOfEngagement => """
            Do not test any device that is used to treat or monitor a patient, or that is connected to one that is. Test only devices that you own or whose owner has agreed, and never put such a device back into clinical use without telling us.

            Do not look at, copy or send data of patients. Stop as soon as you see any, and tell us without sending it. Do not disturb services of hospitals, do not go further than needed to show the problem, and do not use social engineering.
            """,
        PolicyElement.AdverseEvents => """
            This is not the place for adverse events and complaints about quality. If a patient was or could have been harmed, tell the clinic's medical device safety officer, your authority where the law asks for it, and our representative in your country. If you report it here all the same, it is not lost: we hand it over at once.
            """,
        _ => """
            Who keeps to these rules acts with our consent. We take no legal steps against him and do not ask others to. If somebody else does, we say that we had agreed.
            """,
    };
}
