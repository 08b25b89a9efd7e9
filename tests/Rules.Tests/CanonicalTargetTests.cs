namespace AuthProxy.Rules.Tests;

public class CanonicalTargetTests
{
    private static readonly TargetOptions Cleaning = new() { OathkeeperCleaning = true };
    private static readonly TargetOptions EncodedSlash = new() { AllowEncodedSlash = true };

    [Theory]
    [InlineData("/")]
    [InlineData("/a")]
    [InlineData("/a/")]
    [InlineData("/a%2Bb")]
    [InlineData("/%41")]
    [InlineData("/%7e")]
    [InlineData("/~")]
    [InlineData("/a;b=c/d")]
    [InlineData("/caf%C3%A9")]
    [InlineData("/%e2%82%AC")]
    [InlineData("/.hidden/..x/...")]
    [InlineData("/a.b/%2e%61")]
    [InlineData("/100%25")]
    [InlineData("/a%3Fb%23c")]
    [InlineData("/a:b@c!$&'()*+,=")]
    [InlineData("/[slug]|{x}^`")]
    public void Path_goes_upstream_byte_for_byte(string path)
    {
        Assert.Equal(path, Requests.Target(path).Path);
        Assert.Equal(path, Requests.Target(path + "?a=%2F..//b\\%zz").Path);
    }

    [Theory]
    [InlineData("/?")]
    [InlineData("/?a=1&b=%2F")]
    [InlineData("/?a=/../..//%5c")]
    [InlineData("/?100%")]
    [InlineData("/?a?b")]
    public void Query_goes_upstream_byte_for_byte(string target) =>
        Assert.Equal(target[1..], Requests.Target(target).Query);

    [Theory]
    [InlineData("/%41dmin", "/Admin")]
    [InlineData("/caf%C3%A9", "/café")]
    [InlineData("/100%2525", "/100%25")]
    [InlineData("/a+b", "/a+b")]
    public void Path_is_decoded_once_for_matching(string path, string decoded) =>
        Assert.Equal(decoded, Requests.Target(path).DecodedPath);

    [Theory]
    [InlineData("/public/../admin", TargetFault.DotSegment)]
    [InlineData("/public/%2e%2e/admin", TargetFault.DotSegment)]
    [InlineData("/public/.%2E/admin", TargetFault.DotSegment)]
    [InlineData("/..", TargetFault.DotSegment)]
    [InlineData("/a/.", TargetFault.DotSegment)]
    [InlineData("/a/./b", TargetFault.DotSegment)]
    [InlineData("/public/..%2fadmin", TargetFault.EncodedSlash)]
    [InlineData("/public%2F..%2Fadmin", TargetFault.EncodedSlash)]
    [InlineData("/public//admin", TargetFault.EmptySegment)]
    [InlineData("//admin", TargetFault.EmptySegment)]
    [InlineData("//evil.example/admin", TargetFault.EmptySegment)]
    [InlineData("/public/..\\admin", TargetFault.Backslash)]
    [InlineData("/\\evil.example", TargetFault.Backslash)]
    [InlineData("/a%5cb", TargetFault.Backslash)]
    [InlineData("/a%5Cb", TargetFault.Backslash)]
    public void Path_traversal_is_refused(string target, TargetFault fault) => Assert.Equal(fault, Requests.Fault(target));

    [Theory]
    [InlineData("/public/%252e%252e/admin")]
    [InlineData("/public/%25252e./admin")]
    [InlineData("/public/..%252fadmin")]
    [InlineData("/public/%252e%252e%255cadmin")]
    public void Doubly_encoded_path_traversal_is_refused(string target) =>
        Assert.Equal(TargetFault.DotSegment, Requests.Fault(target));

    [Theory]
    [InlineData("/public/..;/admin")]
    [InlineData("/public/..;x=1/admin")]
    [InlineData("/public/.;/admin")]
    [InlineData("/public/%2e%2e%3b/admin")]
    public void Path_traversal_by_path_parameters_is_refused(string target) =>
        Assert.Equal(TargetFault.DotSegment, Requests.Fault(target));

    [Theory]
    [InlineData("/%c0%af")]
    [InlineData("/%c0%ae%c0%ae/admin")]
    [InlineData("/%e0%80%af")]
    [InlineData("/%f0%80%80%af")]
    public void Overlong_utf8_is_refused(string target) => Assert.Equal(TargetFault.NotUtf8, Requests.Fault(target));

    [Theory]
    [InlineData("/%ff")]
    [InlineData("/%e9")]
    [InlineData("/%ed%a0%80")]
    [InlineData("/%80")]
    public void Escapes_that_are_no_utf8_are_refused(string target) => Assert.Equal(TargetFault.NotUtf8, Requests.Fault(target));

    [Theory]
    [InlineData("/%")]
    [InlineData("/%z")]
    [InlineData("/%zz")]
    [InlineData("/%4")]
    [InlineData("/a%4/b")]
    [InlineData("/%u0041")]
    public void Invalid_escape_is_refused(string target) => Assert.Equal(TargetFault.InvalidEscape, Requests.Fault(target));

    [Theory]
    [InlineData("/%00")]
    [InlineData("/admin%0A")]
    [InlineData("/%1f")]
    [InlineData("/%7f")]
    [InlineData("/%c2%85")]
    [InlineData("/a b")]
    [InlineData("/a\tb")]
    [InlineData("/a\nb")]
    [InlineData("/a\0b")]
    [InlineData("/a\u007fb")]
    [InlineData("/?a\r\nb")]
    public void Control_character_is_refused(string target) => Assert.Equal(TargetFault.ControlCharacter, Requests.Fault(target));

    [Theory]
    [InlineData("/a#b")]
    [InlineData("/a?b#c")]
    [InlineData("/#")]
    public void Fragment_is_refused(string target) => Assert.Equal(TargetFault.Fragment, Requests.Fault(target));

    [Theory]
    [InlineData("/é")]
    [InlineData("/?é")]
    [InlineData("/\u2215")]
    public void Raw_unicode_is_refused(string target) => Assert.Equal(TargetFault.NotAscii, Requests.Fault(target));

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("admin")]
    [InlineData("example.com:443")]
    [InlineData("?a")]
    [InlineData("ftp://example.com/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("http:/admin")]
    public void Target_that_is_neither_path_nor_http_address_is_refused(string target) =>
        Assert.Equal(TargetFault.Form, Requests.Fault(target));

    [Theory]
    [InlineData("http://app.test/a/b?c", "http", "app.test", "/a/b", "?c")]
    [InlineData("HTTPS://App.test:8443/", "https", "App.test:8443", "/", "")]
    [InlineData("http://app.test", "http", "app.test", "/", "")]
    [InlineData("http://app.test?c", "http", "app.test", "/", "?c")]
    [InlineData("http://[::1]:80/x", "http", "[::1]:80", "/x", "")]
    public void Absolute_form_is_split_into_its_parts(string raw, string scheme, string authority, string path, string query)
    {
        var target = Requests.Target(raw);

        Assert.Equal((scheme, authority, path, query), (target.Scheme, target.Authority, target.Path, target.Query));
    }

    [Theory]
    [InlineData("http://good.example@evil.example/", TargetFault.UserInformation)]
    [InlineData("http://user:pass@app.test/", TargetFault.UserInformation)]
    [InlineData("http:///admin", TargetFault.Authority)]
    [InlineData("http://app.test%2eevil/", TargetFault.Authority)]
    [InlineData("http://app.test,evil.test/", TargetFault.Authority)]
    [InlineData("http://app.test\\@evil.example/", TargetFault.Backslash)]
    [InlineData("http://app.test/a/../b", TargetFault.DotSegment)]
    public void Doubtful_absolute_form_is_refused(string raw, TargetFault fault) => Assert.Equal(fault, Requests.Fault(raw));

    [Theory]
    [InlineData("/files/a%2Fb", "/files/a/b")]
    [InlineData("/files/a%2fb/", "/files/a/b/")]
    public void Encoded_slash_is_kept_where_it_is_opted_in(string raw, string decoded)
    {
        var target = Requests.Target(raw, EncodedSlash);

        Assert.Equal((raw, decoded, true), (target.Path, target.DecodedPath, target.HasEncodedSlash));
    }

    [Theory]
    [InlineData("/files/..%2Fadmin")]
    [InlineData("/files%2F..%2Fadmin")]
    [InlineData("/files%2F%2e%2e")]
    public void Dot_segment_behind_an_opted_in_encoded_slash_is_refused(string raw) =>
        Assert.Equal(TargetFault.DotSegment, Requests.Fault(raw, EncodedSlash));

    [Theory]
    [InlineData("/plain/", "/plain")]
    [InlineData("//plain", "/plain")]
    [InlineData("/a/../plain", "/plain")]
    [InlineData("/a/./b", "/a/b")]
    [InlineData("/../../admin", "/admin")]
    [InlineData("/a/..", "/")]
    [InlineData("/", "/")]
    [InlineData("///", "/")]
    [InlineData("/%2e%2e/x", "/x")]
    [InlineData("/a/%2E%2e/b%41", "/b%41")]
    [InlineData("/%70lain//x", "/%70lain/x")]
    public void Oathkeeper_cleaning_forwards_the_cleaned_path(string raw, string cleaned)
    {
        var target = Requests.Target(raw, Cleaning);

        Assert.Equal(cleaned, target.Path);
        Assert.Equal(Uri.UnescapeDataString(cleaned), target.DecodedPath);
    }

    [Theory]
    [InlineData("/public%2F..%2Fadmin", TargetFault.EncodedSlash)]
    [InlineData("/a\\..\\b", TargetFault.Backslash)]
    [InlineData("/a%5c..", TargetFault.Backslash)]
    [InlineData("/a%00", TargetFault.ControlCharacter)]
    [InlineData("/admin%0A", TargetFault.ControlCharacter)]
    [InlineData("/public/%252e%252e/admin", TargetFault.DotSegment)]
    [InlineData("/public/..;/admin", TargetFault.DotSegment)]
    public void Oathkeeper_cleaning_still_refuses_what_servers_read_differently(string raw, TargetFault fault) =>
        Assert.Equal(fault, Requests.Fault(raw, Cleaning));
}
