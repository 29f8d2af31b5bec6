namespace NATS.NKeys;

/// <summary>A text is not the key it should be. Has the published package's name, so that code which catches it survives the change.</summary>
/// <param name="message">What is wrong with the text, without anything of the text.</param>
public sealed class NKeysException(string message) : Exception(message);
