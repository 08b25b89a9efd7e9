using System.Text;
using System.Text.Json;
using AuthProxy.Jose.Reading;
using AuthProxy.Jose.Verifying;

namespace AuthProxy.Jose.Tests;

/// <summary>The JSON web signature vectors of Project Wycheproof, read from where the machine keeps them.</summary>
public class WycheproofTests
{
    private const string FileName = "json_web_signature_test.json";
    private const string Variable = "AUTHPROXY_VECTORS";

    // What the file says and we do not follow, each for a reason.
    private static readonly Dictionary<int, string> Exceptions = new()
    {
        [367] = "marked invalid, and the same text as vector 357, which is marked valid",
        [370] = "marked invalid, and the same text as vector 357, which is marked valid",
        [372] = "marked valid with a '?' in its header: that is no base64url (RFC 7515, 2)",
        [373] = "marked valid with a '?' in its payload: that is no base64url (RFC 7515, 2)",
        [346] = "PS384 under a key that states PS256: a key serves one algorithm (RFC 8725, 3.1)",
        [350] = "PS384 under a key that states PS256: a key serves one algorithm (RFC 8725, 3.1)",
        [347] = "the key states ES521, which is no algorithm (RFC 7518, 3.1)",
        [351] = "the key states ES521, which is no algorithm (RFC 7518, 3.1)",
    };

    private static readonly string[] Algorithms = [.. JwtAlgorithms.Asymmetric, .. JwtAlgorithms.Symmetric];

    [Fact]
    public async Task Every_vector_is_decided_as_it_says()
    {
        var wrong = new List<string>();
        var count = 0;
        foreach (var (key, test) in Vectors())
        {
            count++;
            var id = test.GetProperty("tcId").GetInt32();
            var valid = test.GetProperty("result").GetString() == "valid";
            if (await AcceptsAsync(key.GetRawText(), Jws(test)) != (Exceptions.ContainsKey(id) ? !valid : valid))
            {
                wrong.Add($"{id} ({test.GetProperty("comment").GetString()}): {(valid ? "valid, refused" : "invalid, accepted")}");
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(401, count);
    }

    [Theory]
    [InlineData(346), InlineData(350), InlineData(347), InlineData(351)]
    public async Task Vector_whose_key_states_another_algorithm_is_accepted_without_that_statement(int id)
    {
        var (key, test) = Vectors().Single(v => v.Test.GetProperty("tcId").GetInt32() == id);
        var without = JsonSerializer.Serialize(key.EnumerateObject().Where(m => m.Name != "alg").ToDictionary(m => m.Name, m => m.Value));
        Assert.True(await AcceptsAsync(without, Jws(test)));
    }

    [Fact]
    public void Vectors_that_contradict_each_other_are_the_same_text()
    {
        var texts = Vectors().ToDictionary(v => v.Test.GetProperty("tcId").GetInt32(), v => Jws(v.Test));
        Assert.Equal(texts[357], texts[367]);
        Assert.Equal(texts[357], texts[370]);
    }

    private static string Jws(JsonElement test) => test.GetProperty("jws").GetString()!;

    private static async Task<bool> AcceptsAsync(string jwk, string jws)
    {
        var parsed = Assert.IsType<JsonWebKeySetOutcome.Parsed>(JsonWebKeySet.Parse(Encoding.UTF8.GetBytes($$"""{"keys":[{{jwk}}]}"""), acceptSecrets: true));
        if (CompactJws.Read(jws, JwtLimits.Default, out var read) is not null)
        {
            return false;
        }

        var (signer, _) = await SignatureCheck.FindSignerAsync(read!, Algorithms, new FixedKeySource(parsed.Set), CancellationToken.None);
        return signer is not null;
    }

    private static List<(JsonElement Key, JsonElement Test)> Vectors()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(FindFile()));
        return
        [
            .. from @group in document.RootElement.GetProperty("testGroups").EnumerateArray()
               let key = @group.TryGetProperty("public", out var published) ? published : @group.GetProperty("private")
               from test in @group.GetProperty("tests").EnumerateArray()
               select (key.Clone(), test.Clone()),
        ];
    }

    private static string FindFile()
    {
        var folder = Environment.GetEnvironmentVariable(Variable) ?? Path.Combine(RepositoryRoot(), "..", "shared", "vectors");
        var file = Directory.Exists(folder) ? Path.Combine(folder, FileName) : folder;
        Assert.True(File.Exists(file), $"{FileName} (Project Wycheproof, testvectors_v1) is not at {file}; set {Variable} to its folder.");
        return file;
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AuthProxy.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
