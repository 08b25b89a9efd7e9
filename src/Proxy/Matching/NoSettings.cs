using AuthProxy.Hosting.Configuration;

namespace AuthProxy.Proxy.Matching;

/// <summary>For handlers that nothing can be set on: any key under <c>config</c> is a fault.</summary>
internal sealed record NoSettings
{
    private static readonly NoSettings Nothing = new();

    public static Schema<NoSettings> Of(string name, string sentence) => Declare.Object<NoSettings>(name, sentence, _ => _ => Nothing);
}
