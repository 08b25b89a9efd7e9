using System.Text;
using System.Text.Json;
using AuthProxy.Proxy.Mutation;
using AuthProxy.Rules.Templates;

namespace AuthProxy.Proxy.Tests.Mutation.Hydrator;

public class SessionJsonTests
{
    [Fact]
    public void Session_has_oathkeepers_members_and_a_url_as_gos_struct()
    {
        var json = Write("/shop/a%20b?lang=de&x", """{ "email": "a@b" }""", ("x-one", "1"), ("x-one", "2"));

        Assert.Equal(
            """
            {"subject":"alice","extra":{"email":"a@b"},"header":null,"match_context":{"regexp_capture_groups":[],"url":{"Scheme":"https","Opaque":"","User":null,"Host":"app.example.test","Path":"/shop/a b","RawPath":"","OmitHost":false,"ForceQuery":false,"RawQuery":"lang=de\u0026x","Fragment":"","RawFragment":""},"method":"GET","header":{"X-One":["1","2"]}}}
            """,
            json);
    }

    [Theory]
    [InlineData("/a%41", "/aA", "/a%41"), InlineData("/a%20b", "/a b", ""), InlineData("/%c3%bc", "/ü", "/%c3%bc"), InlineData("/%C3%BC", "/ü", "")]
    public void Raw_path_stands_only_where_go_would_write_the_path_another_way(string target, string path, string rawPath)
    {
        var url = JsonDocument.Parse(Write(target, "{}")).RootElement.GetProperty("match_context").GetProperty("url");

        Assert.Equal((path, rawPath), (url.GetProperty("Path").GetString(), url.GetProperty("RawPath").GetString()));
    }

    [Fact]
    public void Same_session_is_the_same_bytes() => Assert.Equal(Write("/", """{ "a": 1 }""", ("B", "1"), ("A", "2")), Write("/", """{ "a": 1 }""", ("A", "2"), ("B", "1")));

    private static string Write(string target, string claims, params (string, string)[] headers)
    {
        var (_, request) = Requests.Create(target: target, headers: headers);
        request.Subject = Requests.Alice(claims);
        request.Match = new RuleMatch(Proxy.Matching.PreparedRules.Empty, new Proxy.Matching.PreparedRule(Requests.Rule(), [], [], null, [], [], null) { Revision = 1 }, default);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            SessionJson.Write(writer, TemplateFacts.Of(request));
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
