using System.Diagnostics.Metrics;
using System.Text;
using AuthProxy.Hosting.Metrics;

namespace AuthProxy.Hosting.Tests.Metrics;

public sealed class MetricsPageTests : IDisposable
{
    private readonly Meter _meter = new("Test." + Guid.NewGuid().ToString("N"));
    private readonly MetricsPage _page;

    public MetricsPageTests() => _page = new MetricsPage(hasMany: null, _meter.Name);

    public void Dispose()
    {
        _page.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Counter_is_a_total_with_labels_in_order()
    {
        var counter = _meter.CreateCounter<long>("authproxy.refusals", description: "Refused requests.");
        counter.Add(2, new("reason", "route-unknown"), new("http.method", "GET"));
        counter.Add(1, new("http.method", "GET"), new("reason", "route-unknown"));

        Assert.Equal(
            "# HELP authproxy_refusals_total Refused requests.\n# TYPE authproxy_refusals_total counter\nauthproxy_refusals_total{http_method=\"GET\",reason=\"route-unknown\"} 3\n",
            Page());
    }

    [Fact]
    public void Counts_go_on_from_scrape_to_scrape()
    {
        var counter = _meter.CreateCounter<double>("c");
        counter.Add(1.5);
        Page();
        counter.Add(1);

        Assert.EndsWith("c_total 2.5\n", Page(), StringComparison.Ordinal);
    }

    [Fact]
    public void Histogram_has_cumulative_buckets_sum_and_count_in_its_unit()
    {
        var histogram = _meter.CreateHistogram("x.duration", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        histogram.Record(0.05);
        histogram.Record(0.5);
        histogram.Record(7, new KeyValuePair<string, object?>("a", 1));

        var page = Page();
        Assert.Contains("# TYPE x_duration_seconds histogram\n", page, StringComparison.Ordinal);
        Assert.Contains("x_duration_seconds_bucket{le=\"0.1\"} 1\nx_duration_seconds_bucket{le=\"1\"} 2\nx_duration_seconds_bucket{le=\"+Inf\"} 2\nx_duration_seconds_sum 0.55\nx_duration_seconds_count 2\n", page, StringComparison.Ordinal);
        Assert.Contains("x_duration_seconds_bucket{a=\"1\",le=\"+Inf\"} 1\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Gauges_and_up_down_counters_are_gauges()
    {
        _meter.CreateObservableGauge("g", () => 7L, "By");
        _meter.CreateUpDownCounter<long>("u").Add(-2);

        Assert.Equal("# TYPE g_bytes gauge\ng_bytes 7\n# TYPE u gauge\nu -2\n", Page());
    }

    [Fact]
    public void Label_value_cannot_break_out_of_its_quotes_or_its_line()
    {
        _meter.CreateCounter<long>("c").Add(1, new KeyValuePair<string, object?>("path", "a\"} 9\nevil_total 1\\\r"));

        Assert.Equal("# TYPE c_total counter\nc_total{path=\"a\\\"} 9\\nevil_total 1\\\\ \"} 1\n", Page());
    }

    [Fact]
    public void Names_that_become_one_label_are_joined()
    {
        _meter.CreateCounter<long>("c").Add(1, new("a.b", "1"), new("a_b", "2"), new("__x", "3"), new("1st", "4"));

        Assert.Contains("c_total{_1st=\"4\",a_b=\"1;2\",key__x=\"3\"} 1\n", Page(), StringComparison.Ordinal);
    }

    [Fact]
    public void Same_name_in_two_meters_stands_in_one_family()
    {
        using var other = new Meter("Other." + _meter.Name);
        using var page = new MetricsPage(hasMany: null, _meter.Name, other.Name);
        _meter.CreateCounter<long>("c").Add(1, new KeyValuePair<string, object?>("m", "1"));
        other.CreateCounter<long>("c").Add(1, new KeyValuePair<string, object?>("m", "2"));

        Assert.Equal("# TYPE c_total counter\nc_total{m=\"1\"} 1\nc_total{m=\"2\"} 1\n", Encoding.UTF8.GetString(page.Render()!));
    }

    [Theory]
    [InlineData(false, 1, 210)]
    [InlineData(true, 1900, 2010)]
    public void Flood_of_label_values_is_bounded_and_those_that_may_be_many_have_room(bool hasMany, int fewest, int most)
    {
        using var page = new MetricsPage(_ => hasMany, _meter.Name);
        var counter = _meter.CreateCounter<long>("c");
        for (var i = 0; i < 10_000; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("client", i));
        }

        Assert.InRange(Encoding.UTF8.GetString(page.Render()!).Count(c => c == '\n'), fewest, most);
    }

    private string Page() => Encoding.UTF8.GetString(_page.Render()!);
}
