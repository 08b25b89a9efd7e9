using System.Text;
using System.Text.Json;
using AuthProxy.Rules.Templates;

namespace AuthProxy.Rules.Tests.Templates;

public class SessionJsonTests
{
    [Fact]
    public void Session_is_written_as_oathkeepers_services_get_it()
    {
        var written = Write(Session.Values("""{"b":1000000,"a":[1.5,null,"<&>"]}"""), out var json);

        Assert.True(written);
        Assert.Equal(
            """{"subject":"alice","extra":{"a":[1.5,null,"\u003c\u0026\u003e"],"b":1000000},"header":null,"match_context":{"regexp_capture_groups":["g0","g1"],"url":{"Scheme":"http","Opaque":"","User":null,"Host":"a.test:8080","Path":"/g0/a b/x+y","RawPath":"/g0/a%20b/x%2By","OmitHost":false,"ForceQuery":false,"RawQuery":"lang=de\u0026q=a+b%26c\u0026multi=1\u0026multi=2","Fragment":"","RawFragment":""},"method":"GET","header":{"User-Agent":["curl/8"],"X-Y":["one","two"]}}}""",
            json);
    }

    [Fact]
    public void Session_without_anything_has_nulls_where_go_has_them()
    {
        Write(new TemplateValues { Subject = "" }, out var json);

        Assert.Equal("""{"subject":"","extra":null,"header":null,"match_context":{"regexp_capture_groups":[],"url":null,"method":"","header":{}}}""", json);
    }

    [Fact]
    public void Headers_that_were_set_come_under_canonical_names()
    {
        Write(new TemplateValues { Subject = "", Headers = Session.Headers(("x-user-id", ["1"])) }, out var json);

        Assert.Contains("\"header\":{\"X-User-Id\":[\"1\"]}", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_written_where_the_pattern_came_to_no_answer()
    {
        var rule = Loads.OathkeeperSet(Loads.Oathkeeper("slow", "http://a.test/<(?!x)(a+)+>")).Rules[0];
        var facts = Requests.Facts("GET", "http://a.test/" + new string('a', 60) + "!");

        Assert.False(Write(new TemplateValues { Subject = "", Captures = new RuleLookup.One(rule).Captures(facts) }, out var json));
        Assert.Empty(json);
    }

    private static bool Write(TemplateValues values, out string json)
    {
        using var stream = new MemoryStream();
        using var writer = new Utf8JsonWriter(stream);
        var written = SessionJson.Write(writer, values);
        writer.Flush();
        json = Encoding.UTF8.GetString(stream.ToArray());
        return written;
    }
}
