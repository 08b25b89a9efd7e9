namespace AuthProxy.Tokenizer.Frame;

internal static class FrameExtensions
{
    public static IServiceCollection AddFrame(this IServiceCollection services) => services.AddSingleton<FrameEndpoints>();
}
