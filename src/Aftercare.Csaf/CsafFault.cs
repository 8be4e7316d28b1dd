using System.Diagnostics.CodeAnalysis;

namespace Aftercare.Csaf;

/// <param name="Test">Section number of the mandatory test, e.g. <c>6.1.1</c>; <c>shape</c> for the document's structure; <c>json</c> for
/// the JSON itself; <c>publication</c> for what the public tree does not take.</param>
/// <param name="Pointer">RFC 6901 pointer to where it is wrong.</param>
/// <param name="Message">What is wrong, in words for the author of the document.</param>
[SuppressMessage("Naming", "CA1720", Justification = "A JSON pointer is what RFC 6901 calls it.")]
public sealed record CsafFault(string Test, string Pointer, string Message);
