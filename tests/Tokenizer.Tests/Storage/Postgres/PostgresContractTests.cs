using AuthProxy.Tokenizer.Storage;

namespace AuthProxy.Tokenizer.Tests.Storage.Postgres;

[Collection(PostgresTests.Name)]
public sealed class PostgresTokenTests(PostgresFixture postgres) : TokenContract
{
    private protected override async Task<ITokenStore> OpenAsync() => PostgresFixture.Open(await postgres.NewSchemaAsync());
}

[Collection(PostgresTests.Name)]
public sealed class PostgresGrantTests(PostgresFixture postgres) : GrantContract
{
    private protected override async Task<ITokenStore> OpenAsync() => PostgresFixture.Open(await postgres.NewSchemaAsync());
}

[Collection(PostgresTests.Name)]
public sealed class PostgresSessionTests(PostgresFixture postgres) : SessionContract
{
    private protected override async Task<ITokenStore> OpenAsync() => PostgresFixture.Open(await postgres.NewSchemaAsync());
}

[Collection(PostgresTests.Name)]
public sealed class PostgresAdoptionTests(PostgresFixture postgres) : AdoptionContract
{
    private protected override async Task<ITokenStore> OpenAsync() => PostgresFixture.Open(await postgres.NewSchemaAsync());
}

[Collection(PostgresTests.Name)]
public sealed class PostgresTicketTests(PostgresFixture postgres) : TicketContract
{
    private protected override async Task<ITokenStore> OpenAsync() => PostgresFixture.Open(await postgres.NewSchemaAsync());
}

[Collection(PostgresTests.Name)]
public sealed class PostgresValueTests(PostgresFixture postgres) : ValueContract
{
    private protected override async Task<ITokenStore> OpenAsync() => PostgresFixture.Open(await postgres.NewSchemaAsync());
}

[Collection(PostgresTests.Name)]
public sealed class PostgresLoginTests(PostgresFixture postgres) : LoginContract
{
    private protected override async Task<ITokenStore> OpenAsync() => PostgresFixture.Open(await postgres.NewSchemaAsync());
}

[Collection(PostgresTests.Name)]
public sealed class PostgresAuditTests(PostgresFixture postgres) : AuditContract
{
    private protected override async Task<ITokenStore> OpenAsync() => PostgresFixture.Open(await postgres.NewSchemaAsync());
}

[Collection(PostgresTests.Name)]
public sealed class PostgresKeyRotationTests(PostgresFixture postgres) : KeyRotationContract
{
    private protected override async Task<ITokenStore> OpenAsync() => PostgresFixture.Open(await postgres.NewSchemaAsync());
}

[Collection(PostgresTests.Name)]
public sealed class PostgresTokenLifeTests(PostgresFixture postgres) : TokenLifeContract
{
    private protected override async Task<ITokenStore> OpenAsync() => PostgresFixture.Open(await postgres.NewSchemaAsync());
}

[Collection(PostgresTests.Name)]
public sealed class PostgresGrantLimitTests(PostgresFixture postgres) : GrantLimitContract
{
    private protected override async Task<ITokenStore> OpenAsync() => PostgresFixture.Open(await postgres.NewSchemaAsync());
}

[Collection(PostgresTests.Name)]
public sealed class PostgresGrantListTests(PostgresFixture postgres) : GrantListContract
{
    private protected override async Task<ITokenStore> OpenAsync() => PostgresFixture.Open(await postgres.NewSchemaAsync());
}

[Collection(PostgresTests.Name)]
public sealed class PostgresRememberedAnswerTests(PostgresFixture postgres) : RememberedAnswerContract
{
    private protected override async Task<ITokenStore> OpenAsync() => PostgresFixture.Open(await postgres.NewSchemaAsync());
}
