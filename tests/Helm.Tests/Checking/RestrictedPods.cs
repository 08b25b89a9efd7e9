using AuthProxy.Helm.Tests.Rendering;
using YamlDotNet.RepresentationModel;

namespace AuthProxy.Helm.Tests.Checking;

/// <summary>The Pod Security level <c>restricted</c>, and what else we promise of every pod.</summary>
internal static class RestrictedPods
{
    private static readonly string[] AllowedVolumes = ["configMap", "emptyDir", "persistentVolumeClaim", "projected", "secret"];

    public static IEnumerable<string> FaultsOf(YamlMappingNode pod)
    {
        foreach (var place in new[] { "hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace" }.Where(place => pod.Text(place) == "true"))
        {
            yield return place;
        }

        if (pod.Text("enableServiceLinks") != "false" || pod.Text("automountServiceAccountToken") != "false")
        {
            yield return "enableServiceLinks and automountServiceAccountToken are not off";
        }

        foreach (var volume in pod.List("volumes").Where(volume => !AllowedVolumes.Any(kind => volume.Find(kind) is not null)))
        {
            yield return $"volume {volume.Text("name")}";
        }

        foreach (var container in pod.List("initContainers").Concat(pod.List("containers")))
        {
            foreach (var fault in FaultsOf(container, pod))
            {
                yield return $"{container.Text("name")}: {fault}";
            }
        }
    }

    private static IEnumerable<string> FaultsOf(YamlMappingNode container, YamlMappingNode pod)
    {
        string? Security(string name) => container.Text($"securityContext.{name}") ?? pod.Text($"securityContext.{name}");
        foreach (var (name, value) in new[] { ("allowPrivilegeEscalation", "false"), ("readOnlyRootFilesystem", "true"), ("runAsNonRoot", "true"), ("seccompProfile.type", "RuntimeDefault"), ("capabilities.drop.0", "ALL") })
        {
            if (Security(name) != value)
            {
                yield return $"{name} is {Security(name) ?? "missing"}";
            }
        }

        if (Security("runAsUser") == "0" || container.Find("securityContext.capabilities.add") is not null || container.Text("securityContext.privileged") == "true")
        {
            yield return "runs with more rights than it needs";
        }

        if (container.List("ports").Any(port => port.Find("hostPort") is not null))
        {
            yield return "hostPort";
        }

        if (container.Text("resources.limits.memory") is null || container.Text("resources.requests.memory") is null)
        {
            yield return "memory is unbounded";
        }
    }
}
