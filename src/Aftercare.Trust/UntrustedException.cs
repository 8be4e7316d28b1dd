namespace Aftercare.Trust;

/// <summary>Any reason not to trust what was given. Catch this one to refuse, whatever the cause.</summary>
public abstract class UntrustedException(string message, Exception? inner = null) : Exception(message, inner);
