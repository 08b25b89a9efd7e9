using AuthProxy.Proxy.Sessions;
using AuthProxy.Proxy.Sessions.Memory;

namespace AuthProxy.Proxy.Tests.Sessions.Memory;

public class MemorySessionStoreTests : SessionStoreContract
{
    private protected override ISessionStore Store { get; } = new MemorySessionStore();
}
