namespace AuthProxy.Proxy.Forwarding;

/// <summary>Stands in for the address of every rule's upstream: rules made for elsewhere, tried in front of one application.</summary>
internal sealed record EveryUpstream(Uri Url);
