using System.Text;
using AuthProxy.Tokenizer.Cryptography;

namespace AuthProxy.Tokenizer.Tests.Cryptography;

public class TwoLayerSealTests
{
    private static readonly byte[] Row = Encoding.ASCII.GetBytes("row-1-row-1-row-1");
    private static readonly byte[] Token = Encoding.ASCII.GetBytes("lunasec-00000000-0000-4000-8000-000000000001");
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("the data key, thirty-two bytes..");

    private readonly MasterKey _first = MasterKey.Generate(1);

    [Fact]
    public void Token_and_master_key_together_open()
    {
        var seal = Seal(_first);

        Assert.Equal(Secret, seal.Open(Row, Token, seal.Seal(Row, Token, Secret)));
    }

    [Fact]
    public void A_thief_of_database_and_master_key_opens_nothing_without_the_token()
    {
        var seal = Seal(_first);
        var row = seal.Seal(Row, Token, Secret);

        Assert.Null(seal.Open(Row, Encoding.ASCII.GetBytes("lunasec-00000000-0000-4000-8000-000000000002"), row));
    }

    [Fact]
    public void A_thief_of_database_and_tokens_opens_nothing_without_the_master_key()
    {
        var row = Seal(_first).Seal(Row, Token, Secret);

        Assert.Null(Seal(MasterKey.Generate(1)).Open(Row, Token, row));
        Assert.Throws<MissingMasterKeyException>(() => Seal(MasterKey.Generate(2)).Open(Row, Token, row));
    }

    [Fact]
    public void Every_changed_byte_is_noticed()
    {
        var seal = Seal(_first);
        var row = seal.Seal(Row, Token, Secret);

        for (var i = 0; i < row.Box.Length; i++)
        {
            var changed = row.Box.ToArray();
            changed[i] ^= 1;
            Assert.Null(seal.Open(Row, Token, row with { Box = changed }));
        }
    }

    [Fact]
    public void A_box_cut_short_is_refused_and_crashes_nothing()
    {
        var seal = Seal(_first);
        var row = seal.Seal(Row, Token, Secret);

        for (var length = 0; length < row.Box.Length; length++)
        {
            Assert.Null(seal.Open(Row, Token, row with { Box = row.Box[..length] }));
        }
    }

    [Fact]
    public void A_row_put_in_the_place_of_another_does_not_open()
    {
        var seal = Seal(_first);
        var row = seal.Seal(Row, Token, Secret);

        Assert.Null(seal.Open(Encoding.ASCII.GetBytes("row-2-row-2-row-2"), Token, row));
    }

    [Fact]
    public void A_secret_sealed_for_one_purpose_does_not_open_for_another()
    {
        var row = new TwoLayerSeal(new MasterKeys([_first]), "ticket").Seal(Row, Token, Secret);

        Assert.Null(Seal(_first).Open(Row, Token, row));
    }

    [Fact]
    public void A_master_version_that_was_changed_in_the_row_does_not_open()
    {
        // The same bytes under two version numbers: only the associated data tells them apart.
        var twin = new MasterKey(2, _first.ToBytes());
        var seal = Seal(_first, twin);
        var row = Seal(_first).Seal(Row, Token, Secret);

        Assert.Null(seal.Open(Row, Token, row with { MasterVersion = 2 }));
    }

    [Fact]
    public void The_outer_layer_is_replaced_without_the_token()
    {
        var second = MasterKey.Generate(2);
        var old = Seal(_first).Seal(Row, Token, Secret);

        var rewrapped = Seal(_first, second).Rewrap(Row, old);

        Assert.NotNull(rewrapped);
        Assert.Equal(2, rewrapped.MasterVersion);
        Assert.Equal(Secret, Seal(second).Open(Row, Token, rewrapped));
    }

    [Fact]
    public void The_same_secret_never_gives_the_same_row_twice()
    {
        var seal = Seal(_first);
        var (one, other) = (seal.Seal(Row, Token, Secret), seal.Seal(Row, Token, Secret));

        Assert.NotEqual(one.Salt, other.Salt);
        Assert.NotEqual(one.Box, other.Box);
    }

    private static TwoLayerSeal Seal(params MasterKey[] keys) => new(new MasterKeys(keys), "data key");
}
