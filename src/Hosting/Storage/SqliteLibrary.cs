using System.Runtime.InteropServices;
using SQLitePCL;

namespace AuthProxy.Hosting.Storage;

/// <summary>Which native SQLite is used: the system's, which gets security updates, else the one that came with us.</summary>
public static class SqliteLibrary
{
    private const string SystemLibrary = "libsqlite3.so.0";
    private const string BundledLibrary = "e_sqlite3";
    private static readonly Lazy<bool> Loaded = new(Load);

    /// <summary>To be called before the first connection; further calls do nothing.</summary>
    public static void EnsureLoaded() => _ = Loaded.Value;

    /// <summary>For the log and <c>verify</c>: the version of the library in use.</summary>
    public static string Version
    {
        get
        {
            EnsureLoaded();
            return raw.sqlite3_libversion().utf8_to_string();
        }
    }

    private static bool Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        raw.FreezeProvider();
        return true;
    }

    // Zero means: look where .NET looks by itself, which finds the bundled one.
    private static nint Resolve(string name, System.Reflection.Assembly assembly, DllImportSearchPath? path) =>
        name == BundledLibrary && NativeLibrary.TryLoad(SystemLibrary, out var handle) ? handle : 0;
}
