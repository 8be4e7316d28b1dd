namespace Aftercare.Cli;

internal static class Setting
{
    /// <summary>Sets up what has just been made, so that a table of commands stays one expression each.</summary>
    internal static T With<T>(this T made, Action<T> set)
    {
        set(made);
        return made;
    }
}
