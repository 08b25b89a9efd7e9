namespace AuthProxy.Sdk.Tests.Tokenizer;

public class DataTokenTests
{
    [Theory]
    [InlineData("lunasec-0d9a9a3a-5bd2-4a3e-8d2b-7a5f1e0c4b11")]
    [InlineData("lunasec-0D9A9A3A-5BD2-4A3E-8D2B-7A5F1E0C4B11")]
    public void Prefix_and_uuid_are_a_token(string text) => Assert.True(DataToken.HasShape(text));

    [Theory]
    [InlineData(null), InlineData(""), InlineData("lunasec-"), InlineData("LUNASEC-0d9a9a3a-5bd2-4a3e-8d2b-7a5f1e0c4b11")]
    [InlineData("lunasec-0d9a9a3a5-bd2-4a3e-8d2b-7a5f1e0c4b11"), InlineData("lunasec-0d9a9a3a-5bd2-4a3e-8d2b-7a5f1e0c4b1")]
    [InlineData("lunasec-0d9a9a3a-5bd2-4a3e-8d2b-7a5f1e0c4b11\n"), InlineData("lunasec-0d9a9a3a-5bd2-4a3e-8d2b-7a5f1e0c4b1\u0661")]
    public void Anything_else_is_none(string? text) => Assert.False(DataToken.HasShape(text));
}
