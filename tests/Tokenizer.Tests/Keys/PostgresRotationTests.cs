using AuthProxy.Tokenizer.Storage;
using AuthProxy.Tokenizer.Tests.Storage.Postgres;

namespace AuthProxy.Tokenizer.Tests.Keys;

[Collection(PostgresTests.Name)]
public sealed class PostgresRotationTests(PostgresFixture postgres) : RotationContract
{
    private protected override async Task<ITokenStore> OpenAsync() => PostgresFixture.Open(await postgres.NewSchemaAsync());
}
