using AuthProxy.Hosting.Storage;
using Microsoft.Data.Sqlite;

namespace AuthProxy.Hosting.Tests.Storage;

public class SqliteLibraryTests
{
    [Fact]
    public void Connection_opens_once_the_library_is_loaded_however_often_that_is_asked()
    {
        SqliteLibrary.EnsureLoaded();
        SqliteLibrary.EnsureLoaded();

        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        Assert.Equal(SqliteLibrary.Version, connection.ServerVersion);
    }
}
