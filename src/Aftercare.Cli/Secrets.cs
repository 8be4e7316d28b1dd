namespace Aftercare.Cli;

/// <summary>Reads what must not stand in a command line, since other users of the machine can see that.</summary>
internal static class Secrets
{
    private const int MostBytes = 4096;

    /// <summary>The first line of <paramref name="file"/>; where none is named, what is typed without being shown.</summary>
    internal static char[] Passphrase(string? file, string forWhat, bool twice = false)
    {
        if (file is not null)
            return FirstLine(file).ToCharArray();
        if (Console.IsInputRedirected)
            throw new RefusedException("Nobody is there to type the passphrase: name a file with --passphrase-file.");
        var typed = Ask($"Passphrase {forWhat}: ");
        if (twice && !typed.AsSpan().SequenceEqual(Ask("The same again: ")))
            throw new RefusedException("The two passphrases differ. Nothing was made.");
        return typed;
    }

    internal static string Token(string file) =>
        FirstLine(file) is { Length: > 0 } token ? token : throw new RefusedException($"{file} is empty: it must hold the token.");

    private static string FirstLine(string file)
    {
        if (!File.Exists(file))
            throw new RefusedException($"There is no file {file}.");
        if (new FileInfo(file).Length > MostBytes)
            throw new RefusedException($"{file} is too long for a secret: at most {MostBytes} bytes.");
        return File.ReadLines(file).FirstOrDefault()?.Trim() ?? "";
    }

    private static char[] Ask(string prompt)
    {
        Console.Error.Write(prompt);
        var typed = new List<char>();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace && typed.Count > 0)
                typed.RemoveAt(typed.Count - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Add(key.KeyChar);
        }
        Console.Error.WriteLine();
        return [.. typed];
    }
}
