namespace AuthProxy.Demo;

/// <summary>Something in the story did not go as it should; the message says what happened instead.</summary>
internal sealed class CheckFailedException(string message) : Exception(message);

/// <summary>The numbered lines of a check. A line that fails does not end the story: what depends on it will fail too, and say so.</summary>
internal sealed class Transcript(TextWriter output, CancellationToken stop)
{
    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public void Chapter(string title) => output.WriteLine($"{Environment.NewLine}{title}");

    public async Task StepAsync(string sentence, Func<CancellationToken, Task> play)
    {
        var number = Passed + Failed + 1;
        try
        {
            await play(stop);
            Passed++;
            output.WriteLine($"{number,3} ✓ {sentence}");
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            Failed++;
            output.WriteLine($"{number,3} ✗ {sentence}{Environment.NewLine}      {Describe(failure)}");
        }
    }

    public static void Expect(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new CheckFailedException(otherwise);
        }
    }

    public static void Expect(Answer answer, int status, string? reason = null)
    {
        if (answer.Code != status || (reason is not null && answer.Reason != reason))
        {
            throw new CheckFailedException($"{answer.Url.AbsolutePath} answered {answer}, expected {status}{(reason is null ? "" : " " + reason)}");
        }
    }

    private static string Describe(Exception failure) => failure is CheckFailedException ? failure.Message : $"{failure.GetType().Name}: {failure.Message}";
}
