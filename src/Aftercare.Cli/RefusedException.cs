namespace Aftercare.Cli;

/// <summary>Why a command did not do what was asked: one sentence for the person at the keyboard, with no secret in it.</summary>
public sealed class RefusedException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the server answered; null when it was not the server that refused.</summary>
    public System.Net.HttpStatusCode? Status { get; init; }
}
