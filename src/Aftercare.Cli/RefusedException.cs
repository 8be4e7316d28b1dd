namespace Aftercare.Cli;

/// <summary>Why a command did not do what was asked: one sentence for the person at the keyboard, with no secret in it.</summary>
public sealed class RefusedException(string message, Exception? inner = null) : Exception(message, inner);
