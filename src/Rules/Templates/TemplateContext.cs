namespace AuthProxy.Rules.Templates;

/// <summary>Where a rendered text goes, and so how what requests bring is encoded in it.</summary>
public enum TemplateContext
{
    /// <summary>The value of a header or cookie: one line without control characters.</summary>
    Header,

    /// <summary>A JSON text: what an action writes inside of quotation marks stays inside, elsewhere it is one whole JSON value.</summary>
    Json,
}
