using System.Security.Claims;
using System.Text.Json.Serialization;
using AuthProxy.Sdk;

namespace AuthProxy.Bank;

internal sealed record Profile(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("email")] string Email,
    [property: JsonPropertyName("phone")] string Phone,
    [property: JsonPropertyName("ssn_token")] string? SsnToken);

internal sealed record SsnChange([property: JsonPropertyName("ssn_token")] string? SsnToken);

/// <summary>A customer's own record, for programs.</summary>
internal static class ProfileApi
{
    public static void MapProfileApi(this IEndpointRouteBuilder bank)
    {
        bank.MapGet("/api/profile", ShowAsync);
        bank.MapPut("/api/profile/ssn", ChangeSsn);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, ClaimsPrincipal user, Customers customers, IGrants grants, CancellationToken cancellation)
    {
        var customer = customers.Of(user);
        if (customer.SsnToken is { } token)
        {
            // What the bank shows to its customer, the customer's session may read.
            await grants.CreateAsync(context, token, cancellation: cancellation);
        }

        return Results.Ok(new Profile(customer.Name, customer.Email, customer.Phone, customer.SsnToken));
    }

    /// <summary>
    /// The forgotten check. A line is missing here:
    /// <code>await grants.VerifyAsync(context, change.SsnToken, cancellation);</code>
    /// Without it Bob may store Alice's token as his own, and then <see cref="ShowAsync"/> grants it to him. The rule
    /// <c>bank-ssn-write</c> in front of the bank makes the check that its author forgot.
    /// </summary>
    private static IResult ChangeSsn(SsnChange change, ClaimsPrincipal user, Customers customers)
    {
        if (!DataToken.HasShape(change.SsnToken))
        {
            return Results.Problem(title: "ssn_token must be a data token.", statusCode: StatusCodes.Status400BadRequest);
        }

        customers.Of(user).SsnToken = change.SsnToken;
        return Results.NoContent();
    }
}
