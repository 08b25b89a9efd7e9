using AuthProxy.Helm.Tests.Rendering;
using AuthProxy.TestKit;

namespace AuthProxy.Helm.Tests.Checking;

/// <summary>What an API server would say of manifests, as far as that can be known without one.</summary>
internal static class KubernetesSchemas
{
    /// <summary>One fault a line.</summary>
    public static async Task<string> FaultsOfAsync(Rendered rendered)
    {
        var (code, output, errors) = await Tool.RunAsync(
            "node", [Path.Combine(Repository.Root, "tests", "Helm.Tests", "Checking", "manifests.mjs"), Path.Combine(Repository.Root, ".cache", "npm")], rendered.Text);
        return code == 0 ? output : errors;
    }
}
