using AuthProxy.Hosting;
using AuthProxy.Hosting.Configuration;
using AuthProxy.Proxy.Configuration;
using AuthProxy.Proxy.Matching;
using AuthProxy.Proxy.OpenIdConnect;
using AuthProxy.Proxy.Rehearsal;
using AuthProxy.Rules.Loading;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthProxy.Proxy.Cli.RuleCommands;

/// <summary>
/// The rules that a command is about, prepared as <c>serve</c> would and never in force. No file is made in the data folder, no store is
/// opened, nobody is asked.
/// </summary>
internal sealed class OpenedRules : IAsyncDisposable
{
    private readonly ScratchFolder _scratch = new();
    private ServiceProvider? _services;

    private OpenedRules()
    {
    }

    /// <summary>Null where anything is wrong.</summary>
    public PreparedRules? Rules { get; private set; }

    /// <summary>The rules as written.</summary>
    public RuleLoad Read { get; private set; } = new(null, [], [], [], []);

    public ConfigFaults Faults { get; } = new();

    public List<ConfigFault> Warnings { get; } = [];

    public RuleRehearsal Rehearsal => _services!.GetRequiredService<RuleRehearsal>();

    /// <summary>Opens the rules that the command line names and lets the command have them; faults are told in its place.</summary>
    public static async Task<int> UseAsync(CommandArguments arguments, CommandConsole console, Func<OpenedRules, PreparedRules, Task<int>> use, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (RuleOptions.FaultOf(arguments) is { } fault)
        {
            await console.Error.WriteLineAsync($"authproxy: {fault}");
            return ExitCodes.Usage;
        }

        await using var opened = new OpenedRules();
        if (arguments.Has(RuleOptions.Rules))
        {
            opened.LoadAlone(arguments.All(RuleOptions.Rules), arguments[RuleOptions.Strategy]!);
        }
        else
        {
            opened.LoadConfigured(arguments[RuleOptions.Config]!);
        }

        return opened.Rules is { } rules ? await use(opened, rules) : opened.Report(arguments, console);
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        _scratch.Dispose();
    }

    private void LoadConfigured(string path)
    {
        var document = ConfigDocument.Load(path, "AUTHPROXY", ConfigDocument.ProcessEnvironment());
        if (SettingsOf(document) is { } settings)
        {
            var oidc = settings.ReadOidc(Faults);
            var dry = settings with { DataFolder = _scratch.Path, Sessions = settings.Sessions with { Store = SessionStoreKind.Memory, KeysFolder = null } };
            Prepare(new ServiceCollection().AddLogging().AddProxy(dry, oidc, RuleRehearsal.MakeKeys(), TimeProvider.System));
        }
    }

    private void LoadAlone(IReadOnlyList<string> paths, string strategy)
    {
        var text = StandaloneConfiguration.TextFor(paths, strategy, _scratch.Path);
        if (SettingsOf(ConfigDocument.Parse(text, "the command line", "AUTHPROXY", new Dictionary<string, string>())) is { } settings)
        {
            var rehearsal = new RuleRehearsal(settings, canLogIn: true, TimeProvider.System, NullLogger<RuleRehearsal>.Instance);
            Prepare(new ServiceCollection().AddLogging().AddProxy(settings, null, RuleRehearsal.MakeKeys(), TimeProvider.System).AddStandIns(rehearsal));
        }
    }

    private ProxySettings? SettingsOf(ConfigDocument document)
    {
        var settings = document.Read(ProxySettings.Schema);
        Faults.AddRange(document.Faults);
        Warnings.AddRange(document.Faults.Warnings);
        return settings;
    }

    private void Prepare(IServiceCollection services)
    {
        _services = services.BuildServiceProvider();
        _services.GetRequiredService<HandlerCatalogue>().Check(Faults);
        var loaded = _services.GetRequiredService<RuleLoader>().Prepare();
        Faults.AddRange(loaded.Faults);
        Warnings.AddRange(loaded.Warnings);
        Read = loaded.Read ?? Read;
        Rules = Faults.Any ? null : loaded.Rules;
    }

    private int Report(CommandArguments arguments, CommandConsole console)
    {
        if (RuleOptions.WantsJson(arguments))
        {
            CommandJson.Write(console.Output, json => json.WriteFaults("faults", Faults));
        }

        foreach (var fault in Faults)
        {
            console.Error.WriteLine(fault);
        }

        return ExitCodes.Configuration;
    }
}
