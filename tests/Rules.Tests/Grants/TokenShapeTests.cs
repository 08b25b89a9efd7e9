using AuthProxy.Rules.Grants;

namespace AuthProxy.Rules.Tests.Grants;

public class TokenShapeTests
{
    [Theory]
    [InlineData("lunasec-0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d", true)]
    [InlineData("lunasec-0A1B2C3D-4E5F-4A6B-8C7D-9E0F1A2B3C4D", true)]
    [InlineData("lunasec-0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4", false)]
    [InlineData("lunasec-0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d5", false)]
    [InlineData("lunasec-0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4g", false)]
    [InlineData("lunasec-0a1b2c3d4-e5f-4a6b-8c7d-9e0f1a2b3c4d", false)]
    [InlineData("Lunasec-0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d", false)]
    [InlineData("0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d", false)]
    [InlineData(" lunasec-0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4", false)]
    [InlineData("lunasec-０a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d", false)]
    [InlineData("", false)]
    public void Token_is_told_by_its_whole_shape(string text, bool isToken) => Assert.Equal(isToken, TokenShape.IsToken(text));
}
